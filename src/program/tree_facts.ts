import type {
  AnyNode,
  CallExpression,
  ExportAllDeclaration,
  ExportNamedDeclaration,
  ImportDeclaration,
  ImportExpression,
  MetaProperty,
  Program,
  ReturnStatement,
} from "acorn";
import { type Visited, visitNodes } from "./visit_nodes.ts";

/** A node that loads a module, wherever it stands. */
export type ImportNode =
  | ImportDeclaration
  | ReExport
  | ImportExpression;

/** `export … from`. */
export type ReExport =
  | ExportNamedDeclaration & { readonly source: NonNullable<ExportNamedDeclaration["source"]> }
  | ExportAllDeclaration;

/** How running code uses a name. */
export interface NameUse {
  /** `x` of every `name.x`. */
  readonly members: Set<string>;
  /** Whether it is also used in any other way. */
  escapes: boolean;
}

/** What one walk through a module's tree finds, in the order of the text. */
export interface TreeFacts {
  readonly imports: readonly ImportNode[];
  /** `import.meta`. */
  readonly metas: readonly MetaProperty[];
  readonly calls: readonly CallExpression[];
  /** Returns of the top level. */
  readonly returns: readonly ReturnStatement[];
  /** Whether the top level awaits. */
  readonly waits: boolean;
  /** By name: all that running code names, or declares otherwise than by an import. */
  readonly names: ReadonlyMap<string, NameUse>;
  /** All words that stand there as names of anything. */
  readonly words: ReadonlySet<string>;
}

/**
 * Reads the facts.
 *
 * @throws {RangeError} where it is nested too deeply
 */
export function readTreeFacts(tree: Program): TreeFacts {
  const names = new Map<string, NameUse>();
  const words = new Set<string>();
  const facts = {
    imports: [] as ImportNode[],
    metas: [] as MetaProperty[],
    calls: [] as CallExpression[],
    returns: [] as ReturnStatement[],
    waits: false,
    names,
    words,
  };
  visitNodes(tree, (visited) => {
    const { node, isInFunction } = visited;
    switch (node.type) {
      case "ImportDeclaration":
      case "ImportExpression":
      case "ExportAllDeclaration":
        facts.imports.push(node);
        break;
      case "ExportNamedDeclaration":
        if (node.source) facts.imports.push(node as ReExport);
        break;
      case "MetaProperty":
        if (node.meta.name === "import") facts.metas.push(node);
        break;
      case "CallExpression":
        facts.calls.push(node);
        break;
      case "ReturnStatement":
        if (!isInFunction) facts.returns.push(node);
        break;
      case "AwaitExpression":
        if (!isInFunction) facts.waits = true;
        break;
      case "Identifier":
        words.add(node.name);
        noteName(node.name, visited, names);
        break;
    }
  });
  return facts;
}

function noteName(
  name: string,
  { node, parent, key }: Visited,
  names: Map<string, NameUse>,
): void {
  if (parent !== undefined && isNoVariable(parent, key)) return;
  let use = names.get(name);
  if (use === undefined) names.set(name, use = { members: new Set(), escapes: false });
  const isMember = parent?.type === "MemberExpression" && parent.object === node &&
    !parent.computed && parent.property.type === "Identifier";
  if (isMember) use.members.add((parent.property as { name: string }).name);
  else use.escapes = true;
}

/** Whether a name in that place of a node is no variable's. */
function isNoVariable(parent: AnyNode, key: string): boolean {
  switch (parent.type) {
    case "MemberExpression":
      return key === "property" && !parent.computed;
    case "Property":
    case "MethodDefinition":
    case "PropertyDefinition":
      return key === "key" && !parent.computed;
    case "LabeledStatement":
    case "BreakStatement":
    case "ContinueStatement":
      return key === "label";
    case "ImportSpecifier":
    case "ImportDefaultSpecifier":
    case "ImportNamespaceSpecifier":
    case "ExportAllDeclaration":
    case "MetaProperty":
      return true;
    case "ExportSpecifier":
      return key === "exported";
    default:
      return false;
  }
}
