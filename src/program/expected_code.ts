import type { AnyNode } from "acorn";
import { nameOf } from "./as_function.ts";
import type { LinkedNames } from "./link_module.ts";
import type { ProgramModule } from "./program_module.ts";

/** A node that is made, and stands nowhere. */
function made(fields: { readonly type: AnyNode["type"] } & Record<string, unknown>): AnyNode {
  return { start: 0, end: 0, ...fields } as AnyNode;
}

function identifier(name: string): AnyNode {
  return made({ type: "Identifier", name });
}

/** What stands in a module's file for a node of the module. */
export function replacer({ loader, meta }: LinkedNames): (node: AnyNode) => AnyNode {
  return (node) => {
    if (node.type === "ImportExpression") {
      const [callee, given] = [identifier(loader), [node.source]];
      return made({ type: "CallExpression", callee, arguments: given, optional: false });
    }
    return node.type === "MetaProperty" && node.meta.name === "import" ? identifier(meta) : node;
  };
}

/** The statements that a skill's file must have behind its first line. */
export function codeOfSkill({ tree }: ProgramModule): AnyNode[] {
  return tree.body.filter((node) => !isOfAnother(node));
}

/** The statements that the function in a program's file must have. */
export function codeOfFunction({ tree }: ProgramModule, { value, given }: LinkedNames): AnyNode[] {
  const ends: AnyNode[] = [];
  const body = tree.body.flatMap((node): AnyNode[] => {
    if (isOfAnother(node)) return [];
    if (node.type === "ExportDefaultDeclaration") return byDefault(node.declaration as AnyNode);
    if (node.type !== "ExportNamedDeclaration") return [node];
    for (const { local, exported } of node.specifiers) {
      if (nameOf(exported) === "default") ends.push(assignment(value, identifier(nameOf(local))));
    }
    return node.declaration ? [node.declaration] : [];
  });
  const id = identifier(value);
  const declarations = [made({ type: "VariableDeclarator", id, init: null })];
  const declared = made({ type: "VariableDeclaration", declarations, kind: "let" });
  const returned = made({ type: "ReturnStatement", argument: identifier(value) });
  if (given !== undefined) ends.push(assignment(value, identifier(given)));
  return [declared, ...body, ...ends, returned];

  function byDefault(declaration: AnyNode): AnyNode[] {
    const { type } = declaration;
    if (type !== "FunctionDeclaration" && type !== "ClassDeclaration") {
      return [assignment(value, declaration)];
    }
    if (declaration.id === null) {
      const expression = type === "FunctionDeclaration" ? "FunctionExpression" : "ClassExpression";
      return [assignment(value, { ...declaration, type: expression } as AnyNode)];
    }
    ends.push(assignment(value, identifier(declaration.id.name)));
    return [declaration];
  }
}

function assignment(name: string, right: AnyNode): AnyNode {
  const left = identifier(name);
  const expression = made({ type: "AssignmentExpression", operator: "=", left, right });
  return made({ type: "ExpressionStatement", expression });
}

function isOfAnother(node: AnyNode): boolean {
  return node.type === "ImportDeclaration" || node.type === "ExportAllDeclaration" ||
    node.type === "ExportNamedDeclaration" && Boolean(node.source);
}
