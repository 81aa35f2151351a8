import type { AnyNode, Node, Pattern } from "acorn";
import { type Binding, findBinding, isFunction, type Scope, type Scopes } from "../scopes.ts";
import { type Place, walkTree } from "../walk_tree.ts";

/** What a variable stands for, where it is given one value and no other. */
export interface Constant {
  readonly node: Node;
  readonly scope: Scope;
  /** The properties that lead to it from there, where it was taken out of something. */
  readonly path: readonly { readonly key: Node; readonly isComputed: boolean }[];
}

/** What is known of the variables of a module. */
export interface Constants {
  of(binding: Binding): Constant | undefined;
  /** Whether what it holds may be changed by somebody else. */
  isHandedOn(binding: Binding): boolean;
}

/** Methods that change nothing in the list that they are called on. */
const READING = new Set(
  "join slice concat at map filter includes indexOf keys values entries length toReversed forEach"
    .split(" "),
);

/** Finds the variables of a module that always stand for the same. */
export function readConstants(tree: Node, scopes: Scopes): Constants {
  const constants = new Map<Binding, Constant | "many">();
  const handedOn = new Set<Binding>();
  walkTree(tree, scopes, (place) => {
    const { node, scope } = place;
    if (node.type === "VariableDeclarator") {
      if (node.init) give(node.id, { node: node.init, scope, path: [] });
      else if (isOfLoop(place)) spoil(node.id, scope);
    } else if (node.type === "AssignmentExpression") {
      if (node.operator === "=") give(node.left, { node: node.right, scope, path: [] });
      else spoil(node.left, scope);
    } else if (node.type === "UpdateExpression") spoil(node.argument, scope);
    else if (node.type === "ForOfStatement" || node.type === "ForInStatement") {
      if (node.left.type !== "VariableDeclaration") spoil(node.left, scope);
    } else if (node.type === "FunctionDeclaration" || node.type === "ClassDeclaration") {
      if (node.id) give(node.id, { node, scope: scope.parent ?? scope, path: [] });
    } else if (node.type === "CatchClause") {
      if (node.param) spoil(node.param, scope);
    } else if (node.type === "Identifier" && isHandingOn(place)) {
      const binding = findBinding(node.name, scope);
      if (binding !== undefined) handedOn.add(binding);
    }
    // A caller gives it a value that is not known here.
    if (isFunction(node)) node.params.forEach((param) => spoil(param, scope));
  });
  return {
    of(binding) {
      const constant = constants.get(binding);
      return constant === "many" ? undefined : constant;
    },
    isHandedOn: (binding) => handedOn.has(binding),
  };

  function give(pattern: Pattern | Node, constant: Constant): void {
    const target = pattern as AnyNode;
    if (target.type === "Identifier") {
      const binding = findBinding(target.name, constant.scope);
      if (binding !== undefined) {
        constants.set(binding, constants.has(binding) ? "many" : constant);
      }
    } else if (target.type === "ObjectPattern") {
      for (const property of target.properties) {
        if (property.type === "RestElement") spoil(property.argument, constant.scope);
        else {
          const step = { key: property.key, isComputed: property.computed };
          give(property.value, { ...constant, path: [...constant.path, step].slice(0, 8) });
        }
      }
    } else if (target.type !== "MemberExpression") spoil(target, constant.scope);
  }

  function spoil(pattern: Pattern | Node, scope: Scope): void {
    const target = pattern as AnyNode;
    if (target.type === "Identifier") {
      const binding = findBinding(target.name, scope);
      if (binding !== undefined) constants.set(binding, "many");
    } else if (target.type === "AssignmentPattern") spoil(target.left, scope);
    else if (target.type === "RestElement") spoil(target.argument, scope);
    else if (target.type === "ArrayPattern") {
      for (const item of target.elements) if (item) spoil(item, scope);
    } else if (target.type === "ObjectPattern") {
      for (const property of target.properties) {
        spoil(property.type === "RestElement" ? property.argument : property.value, scope);
      }
    }
  }
}

/** `for (const x of …)` declares a variable that has no value of its own there. */
function isOfLoop({ parent }: Place): boolean {
  const loop = parent?.parent?.node;
  return loop?.type === "ForOfStatement" || loop?.type === "ForInStatement";
}

/** Whether a name stands where what it holds can be changed: given to a call, kept or written to. */
function isHandingOn({ node, parent }: Place): boolean {
  const outer = parent?.node;
  switch (outer?.type) {
    case "VariableDeclarator":
      return outer.init === node && outer.id.type === "Identifier";
    case "MemberExpression": {
      if (outer.object !== node) return false;
      const user = parent!.parent?.node;
      if (user?.type === "AssignmentExpression") return user.left === outer;
      if (user?.type === "UpdateExpression" || user?.type === "UnaryExpression") return true;
      const isCalled = user?.type === "CallExpression" && user.callee === outer;
      return isCalled && !(outer.property.type === "Identifier" && !outer.computed &&
        READING.has(outer.property.name));
    }
    case "SpreadElement":
    case "TemplateLiteral":
    case "BinaryExpression":
    case "FunctionDeclaration":
    case "ClassDeclaration":
      return false;
    default:
      return true;
  }
}
