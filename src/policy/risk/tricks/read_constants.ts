import type { Node } from "acorn";
import type { Constants } from "../fold_text.ts";
import { walkTree } from "../walk_tree.ts";

/** Names that are given one value, once in the whole module. */
export function readConstants(tree: Node): Constants {
  const constants = new Map<string, Node>();
  const twice = new Set<string>();
  walkTree(tree, ({ node, parent }) => {
    if (node.type !== "VariableDeclarator" || node.id.type !== "Identifier") return;
    const { name } = node.id;
    const isConst = parent?.node.type === "VariableDeclaration" && parent.node.kind === "const";
    if (constants.has(name) || !isConst) twice.add(name);
    if (node.init) constants.set(name, node.init);
  });
  for (const name of twice) constants.delete(name);
  return constants;
}
