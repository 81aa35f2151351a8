import type { AnyNode, FunctionDeclaration, Node, Pattern } from "acorn";
import type { Callable, Namespace } from "./program_facts.ts";

/** A variable, and what is found out of it. */
export interface Binding {
  readonly name: string;
  /** Sources that what it holds may come from, see {@linkcode SourceBits}. */
  sources: number;
  /** What a call of it may call. */
  readonly callables: Set<Callable>;
  /** What it stands for where it is a whole module. */
  namespace: Namespace | undefined;
  /** What it holds, where it is given a value just once. */
  value: Node | undefined;
  /** How often it is given a value. */
  assignments: number;
  /** Whether what it holds may get more items. */
  grows: boolean;
  /** Whether it calls tools by their names. */
  callsTools?: boolean;
  /** The exports that it stands for, where it was imported. */
  imports?: { readonly exports: ReadonlyMap<string, Callable>; readonly name: string }[];
}

/** The variables of one stretch of text. */
export interface Scope {
  /** How many others it stands in. */
  readonly depth: number;
  readonly parent: Scope | undefined;
  readonly bindings: Map<string, Binding>;
  /** What was found for a name before, here or further out. */
  readonly found: Map<string, Binding | undefined>;
  /** Where `var` goes. */
  readonly function: Scope;
}

/** The scopes of a module by the nodes that make them. */
export type Scopes = ReadonlyMap<Node, Scope>;

/** The variable of a name; undefined for a global. */
export function findBinding(name: string, scope: Scope): Binding | undefined {
  const own = scope.bindings.get(name);
  if (own !== undefined || scope.parent === undefined) return own;
  if (scope.found.has(name)) return scope.found.get(name);
  let binding: Binding | undefined;
  for (let at = scope.parent; at !== undefined && binding === undefined; at = at.parent!) {
    binding = at.bindings.get(name);
  }
  scope.found.set(name, binding);
  return binding;
}

/** A name is looked for in each scope around it: no person nests so many. */
const MAX_DEPTH = 400;

/** Finds all variables of a module, and where each can be seen. */
export function readScopes(tree: Node): Scopes {
  const scopes = new Map<Node, Scope>();
  visit(tree as AnyNode, undefined);
  return scopes;

  function visit(node: AnyNode, outer: Scope | undefined): void {
    const scope = outer === undefined || makesScope(node) ? openScope(node, outer) : outer;
    declareOf(node, { scope, outer: outer ?? scope });
    for (const child of childrenOf(node)) visit(child, scope);
  }

  function openScope(node: AnyNode, parent: Scope | undefined): Scope {
    const depth = parent === undefined ? 0 : parent.depth + 1;
    if (depth > MAX_DEPTH) throw new RangeError("Cannot read program: it is nested too deeply");
    const own = { depth, parent, bindings: new Map<string, Binding>(), found: new Map() };
    const scope: Scope = parent !== undefined && !isFunction(node)
      ? { ...own, function: parent.function }
      : selfContained(own);
    scopes.set(node, scope);
    return scope;
  }
}

function selfContained(own: Omit<Scope, "function">): Scope {
  const scope: Scope = { ...own, function: undefined as unknown as Scope };
  return Object.assign(scope, { function: scope });
}

/** Any function; a method holds one. */
export type FunctionNode = Extract<
  AnyNode,
  { type: "FunctionDeclaration" | "FunctionExpression" | "ArrowFunctionExpression" }
>;

/** A node that runs only when it is called. */
export function isFunction(node: AnyNode): node is FunctionNode {
  return node.type === "FunctionDeclaration" || node.type === "FunctionExpression" ||
    node.type === "ArrowFunctionExpression";
}

function makesScope(node: AnyNode): boolean {
  return isFunction(node) || node.type === "BlockStatement" || node.type === "CatchClause" ||
    node.type === "ForStatement" || node.type === "ForOfStatement" ||
    node.type === "ForInStatement" || node.type === "SwitchStatement" ||
    node.type === "StaticBlock";
}

function declareOf(node: AnyNode, { scope, outer }: { scope: Scope; outer: Scope }): void {
  switch (node.type) {
    case "VariableDeclaration": {
      const to = node.kind === "var" ? scope.function : scope;
      for (const { id } of node.declarations) declarePattern(id, to);
      return;
    }
    case "FunctionDeclaration":
    case "ClassDeclaration": {
      const { id } = node as FunctionDeclaration;
      if (id) declare(id.name, outer);
      break;
    }
    case "FunctionExpression":
      if (node.id) declare(node.id.name, scope);
      break;
    case "CatchClause":
      if (node.param) declarePattern(node.param, scope);
      return;
    case "ImportSpecifier":
    case "ImportDefaultSpecifier":
    case "ImportNamespaceSpecifier":
      declare(node.local.name, scope);
  }
  if (isFunction(node)) { for (const param of node.params) declarePattern(param, scope); }
}

function declarePattern(pattern: Pattern, scope: Scope): void {
  switch (pattern.type) {
    case "Identifier":
      return declare(pattern.name, scope);
    case "ObjectPattern":
      for (const property of pattern.properties) {
        declarePattern(
          property.type === "RestElement" ? property.argument : property.value,
          scope,
        );
      }
      return;
    case "ArrayPattern":
      for (const item of pattern.elements) if (item) declarePattern(item, scope);
      return;
    case "RestElement":
      return declarePattern(pattern.argument, scope);
    case "AssignmentPattern":
      return declarePattern(pattern.left, scope);
  }
}

function declare(name: string, scope: Scope): void {
  if (scope.bindings.has(name)) return;
  scope.bindings.set(name, {
    name,
    sources: 0,
    callables: new Set(),
    namespace: undefined,
    value: undefined,
    assignments: 0,
    grows: false,
  });
}

/** A node, and all that it stands in. */
export interface Place {
  readonly node: AnyNode;
  /** Undefined for the program itself. */
  readonly parent: Place | undefined;
  /** The variables that it sees. */
  readonly scope: Scope;
}

/** Visits every node of a tree, without a stack that a deep one could fill. */
export function walkTree(tree: Node, scopes: Scopes, visit: (place: Place) => void): void {
  const open: Place[] = [{ node: tree as AnyNode, parent: undefined, scope: scopes.get(tree)! }];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    visit(place);
    const children = childrenOf(place.node);
    for (let index = children.length - 1; index >= 0; index--) {
      const node = children[index]!;
      open.push({ node, parent: place, scope: scopes.get(node) ?? place.scope });
    }
  }
}

/** The nodes directly in a node, in the order of the text. */
export function childrenOf(node: Node): AnyNode[] {
  const children: AnyNode[] = [];
  for (const key in node) {
    if (key === "loc") continue;
    const value: unknown = node[key as keyof Node];
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) children.push(item);
    } else if (isNode(value)) {
      children.push(value);
    }
  }
  return children;
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null &&
    typeof (value as { type?: unknown }).type === "string";
}
