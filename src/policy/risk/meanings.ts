import type { AnyNode, Node } from "acorn";
import { findBinding, type Scope, type Scopes } from "./scopes.ts";
import {
  bounded,
  type Constant,
  type Constants,
  decodeBytes,
  type Folded,
  foldGlobal,
  foldMethod,
  readConstants,
  UNKNOWN,
  type Value,
} from "./constants.ts";

/** Names that stand for all others. */
const GLOBAL_OBJECTS = new Set(["globalThis", "self", "window", "global"]);

/** What any function of the program is. */
export const A_FUNCTION = "function";

/** Ends the name of what describes a property. */
const DESCRIPTOR = "#";

/** Deeper than people write one expression. */
const MAX_DEPTH = 200;
const MAX_MAPPED = 200;
/** What is worked out for each item is not kept. */
const MAX_MAPPED_STEPS = 20_000;

type Call = Extract<AnyNode, { type: "CallExpression" | "NewExpression" }>;
type Member = Extract<AnyNode, { type: "MemberExpression" }>;

/** A call as it comes to be: `f.call(x, 1)` and `Reflect.apply(f, x, [1])` call `f` with 1. */
interface PlainCall {
  readonly callee: Node;
  /** Undefined where it is not known how many there are. */
  readonly args: readonly Node[] | undefined;
}

/** Tells what expressions of a module always stand for: their values, and the globals that they are. */
export class Meanings {
  readonly #scopes: Scopes;
  readonly #constants: Constants;
  readonly #values = new Map<Node, Folded>();
  readonly #names = new Map<Node, string | undefined>();
  /** What a function that is mapped over a list gets, while it is. */
  readonly #params = new Map<unknown, Value>();
  #mapped = 0;

  constructor(tree: Node, scopes: Scopes) {
    this.#scopes = scopes;
    this.#constants = readConstants(tree, scopes);
  }

  /** The text of an expression; undefined where it is none, or not always the same. */
  textOf(node: Node, scope: Scope): string | undefined {
    const value = this.valueOf(node, scope);
    return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
  }

  /** The value of an expression. */
  valueOf(node: Node, scope: Scope, depth = 0): Folded {
    if (depth > MAX_DEPTH || (this.#params.size > 0 && ++this.#mapped > MAX_MAPPED_STEPS)) {
      return UNKNOWN;
    }
    const isKept = this.#params.size === 0;
    if (isKept && this.#values.has(node)) return this.#values.get(node);
    if (isKept) this.#values.set(node, UNKNOWN);
    const value = this.#fold(node as AnyNode, scope, depth + 1);
    if (isKept) this.#values.set(node, value);
    return value;
  }

  /** The name of a property. */
  keyOf(
    { property, computed }: { property: Node; computed: boolean },
    scope: Scope,
  ): string | undefined {
    if (computed) return this.textOf(property, scope);
    const node = property as AnyNode;
    if (node.type === "Identifier") return node.name;
    return node.type === "Literal" ? String(node.value) : undefined;
  }

  /**
   * The global that an expression is, with the path to it: `globalThis.eval`, `Deno.env`. A member by an
   * unknown name ends in `[…]`.
   */
  nameOf(node: Node, scope: Scope, depth = 0): string | undefined {
    if (depth > MAX_DEPTH) return undefined;
    if (this.#names.has(node)) return this.#names.get(node);
    this.#names.set(node, undefined);
    const name = this.#name(node as AnyNode, scope, depth + 1);
    this.#names.set(node, name);
    return name;
  }

  /** The call that a call comes to. */
  plainCall(node: Call, scope: Scope): PlainCall {
    const callee = node.callee as AnyNode;
    const plain = { callee, args: node.arguments };
    if (callee.type !== "MemberExpression") return plain;
    const key = this.keyOf(callee, scope);
    if (key === "call") return { callee: callee.object, args: node.arguments.slice(1) };
    if (key === "apply" || key === "construct") {
      const isReflect = this.nameOf(callee.object, scope) === "Reflect";
      const [first, second, third] = node.arguments;
      if (isReflect && first) {
        return { callee: first, args: listed(key === "apply" ? third : second) };
      }
      if (key === "apply") return { callee: callee.object, args: listed(second) };
    }
    return plain;
  }

  #fold(node: AnyNode, scope: Scope, depth: number): Folded {
    const of = (inner: Node) => this.valueOf(inner, scope, depth);
    switch (node.type) {
      case "Literal": {
        const { value } = node;
        return typeof value === "object" && value !== null ? UNKNOWN : bounded(value);
      }
      case "TemplateLiteral":
        return joined(node.quasis.flatMap((quasi, index) => {
          const inner = node.expressions[index];
          return inner ? [quasi.value.cooked ?? "", of(inner)] : [quasi.value.cooked ?? ""];
        }));
      case "TaggedTemplateExpression":
        return this.nameOf(node.tag, scope) === "String.raw" && node.quasi.expressions.length === 0
          ? bounded(node.quasi.quasis[0]?.value.raw)
          : UNKNOWN;
      case "BinaryExpression":
        return this.#foldBinary(node, scope, depth);
      case "UnaryExpression":
        return foldUnary(node.operator, of(node.argument));
      case "ArrayExpression":
        return this.#foldItems(node.elements, scope, depth);
      case "Identifier":
        return this.#foldName(node.name, scope, depth);
      case "MemberExpression":
        return this.#foldMember(node, scope, depth);
      case "ConditionalExpression": {
        const test = of(node.test);
        return test === UNKNOWN ? UNKNOWN : of(test ? node.consequent : node.alternate);
      }
      case "LogicalExpression": {
        const left = of(node.left);
        if (left === UNKNOWN) return UNKNOWN;
        const isLeft = { "||": Boolean(left), "&&": !left, "??": left != null }[node.operator];
        return isLeft ? left : of(node.right);
      }
      case "SequenceExpression":
        return of(node.expressions.at(-1)!);
      case "AwaitExpression":
        return of(node.argument);
      case "ChainExpression":
        return of(node.expression);
      case "AssignmentExpression":
        return node.operator === "=" ? of(node.right) : UNKNOWN;
      case "CallExpression":
      case "NewExpression":
        return this.#foldCall(node, scope, depth);
      default:
        return UNKNOWN;
    }
  }

  /** A sum of many is folded from its first part on, so that its length needs no depth. */
  #foldBinary(
    node: Extract<AnyNode, { type: "BinaryExpression" }>,
    scope: Scope,
    depth: number,
  ): Folded {
    const rights: { operator: string; right: Node }[] = [];
    let first: AnyNode = node;
    while (first.type === "BinaryExpression" && rights.length < 2_000) {
      rights.push({ operator: first.operator, right: first.right });
      first = first.left as AnyNode;
    }
    let value = this.valueOf(first, scope, depth);
    for (const { operator, right } of rights.reverse()) {
      if (value === UNKNOWN) return UNKNOWN;
      const other = this.valueOf(right, scope, depth);
      value = other === UNKNOWN ? UNKNOWN : foldOperator(operator, value, other);
    }
    return value;
  }

  #foldItems(items: readonly (Node | null)[], scope: Scope, depth: number): Folded {
    const values: Value[] = [];
    for (const item of items) {
      const any = item as AnyNode | null;
      const value = any === null
        ? undefined
        : this.valueOf(any.type === "SpreadElement" ? any.argument : any, scope, depth);
      if (value === UNKNOWN || values.length > 500) return UNKNOWN;
      if (any?.type !== "SpreadElement") values.push(value);
      else if (typeof value === "string" || Array.isArray(value)) values.push(...value);
      else return UNKNOWN;
    }
    return bounded(values);
  }

  #foldName(name: string, scope: Scope, depth: number): Folded {
    const binding = findBinding(name, scope);
    if (binding === undefined) return name === "undefined" ? undefined : UNKNOWN;
    if (this.#params.has(binding)) return this.#params.get(binding);
    const constant = this.#constants.of(binding);
    if (constant === undefined) return UNKNOWN;
    let value: Folded;
    if (constant.path.length === 0) value = this.valueOf(constant.node, constant.scope, depth);
    else if (constant.path.length === 1) {
      const [{ key, isComputed }] = constant.path as [Constant["path"][number]];
      const name = this.keyOf({ property: key, computed: isComputed }, constant.scope);
      value = name === undefined
        ? UNKNOWN
        : this.#foldProperty(constant.node, name, constant.scope, depth);
    } else value = UNKNOWN;
    return Array.isArray(value) && this.#constants.isHandedOn(binding) ? UNKNOWN : value;
  }

  #foldMember(node: Member, scope: Scope, depth: number): Folded {
    const key = this.keyOf(node, scope);
    return key === undefined ? UNKNOWN : this.#foldProperty(node.object, key, scope, depth);
  }

  #foldProperty(object: Node, key: string, scope: Scope, depth: number): Folded {
    const literal = this.#objectOf(object as AnyNode, scope);
    if (literal !== undefined) {
      if (literal.node.properties.some(({ type }) => type === "SpreadElement")) return UNKNOWN;
      const found = literal.node.properties.findLast((property) =>
        property.type === "Property" &&
        this.keyOf({ property: property.key, computed: property.computed }, literal.scope) === key
      );
      return found?.type === "Property" ? this.valueOf(found.value, literal.scope, depth) : UNKNOWN;
    }
    const value = this.valueOf(object, scope, depth);
    if (typeof value !== "string" && !Array.isArray(value)) return UNKNOWN;
    if (key === "length") return value.length;
    return /^\d+$/.test(key) ? value[Number(key)] as Value : UNKNOWN;
  }

  /** An object that stands in the program, and that nothing else can change. */
  #objectOf(node: AnyNode, scope: Scope) {
    if (node.type === "ObjectExpression") return isSmall(node) ? { node, scope } : undefined;
    if (node.type !== "Identifier") return undefined;
    const binding = findBinding(node.name, scope);
    const constant = binding && this.#constants.of(binding);
    if (!constant || constant.path.length > 0 || this.#constants.isHandedOn(binding)) {
      return undefined;
    }
    const value = constant.node as AnyNode;
    return value.type === "ObjectExpression" && isSmall(value)
      ? { node: value, scope: constant.scope }
      : undefined;
  }

  #foldCall(node: Call, scope: Scope, depth: number): Folded {
    const { callee, args } = this.plainCall(node, scope);
    if (args === undefined) return UNKNOWN;
    const member = callee as AnyNode;
    const mapped = this.#foldMap(member, { args, scope, depth });
    if (mapped !== UNKNOWN) return mapped;
    const values = this.#foldItems(args, scope, depth);
    if (!Array.isArray(values)) return UNKNOWN;
    const name = plainName(this.nameOf(callee, scope));
    if (name !== undefined) return foldGlobal(name, values);
    if (member.type !== "MemberExpression") return UNKNOWN;
    const key = this.keyOf(member, scope);
    const object = member.object as AnyNode;
    if (
      key === "decode" && object.type === "NewExpression" &&
      this.nameOf(object.callee, scope) === "TextDecoder"
    ) return decodeBytes(values[0]);
    if (
      key === "toString" && object.type === "CallExpression" &&
      plainName(this.nameOf(object.callee, scope)) === "Buffer.from"
    ) {
      const bytes = this.valueOf(object, scope, depth);
      return bytes === UNKNOWN ? UNKNOWN : decodeBytes(bytes);
    }
    const on = this.valueOf(object, scope, depth);
    return on === UNKNOWN || key === undefined ? UNKNOWN : foldMethod(on, key, values);
  }

  /** `[101, 118].map((code) => String.fromCharCode(code))` */
  #foldMap(
    callee: AnyNode,
    { args: [callback], scope, depth }: { args: readonly Node[]; scope: Scope; depth: number },
  ): Folded {
    const arrow = callback as AnyNode | undefined;
    if (callee.type !== "MemberExpression" || arrow?.type !== "ArrowFunctionExpression") {
      return UNKNOWN;
    }
    if (this.keyOf(callee, scope) !== "map" || !arrow.expression || this.#params.size > 0) {
      return UNKNOWN;
    }
    const [param] = arrow.params;
    const inner = this.#scopes.get(arrow);
    if (param?.type !== "Identifier" || arrow.params.length !== 1 || inner === undefined) {
      return UNKNOWN;
    }
    const items = this.valueOf(callee.object, scope, depth);
    if (!Array.isArray(items) || items.length > MAX_MAPPED) return UNKNOWN;
    const binding = findBinding(param.name, inner);
    const values: Folded[] = [];
    for (const item of items) {
      this.#params.set(binding, item);
      values.push(this.valueOf(arrow.body, inner, depth + 1));
      this.#params.clear();
    }
    return values.includes(UNKNOWN) ? UNKNOWN : bounded(values);
  }

  #name(node: AnyNode, scope: Scope, depth: number): string | undefined {
    const of = (inner: Node) => this.nameOf(inner, scope, depth);
    switch (node.type) {
      case "Identifier":
        return this.#nameOfName(node.name, scope, depth);
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
      case "ClassDeclaration":
      case "ClassExpression":
        return A_FUNCTION;
      case "MemberExpression":
        return within(of(node.object), this.keyOf(node, scope));
      case "ChainExpression":
        return of(node.expression);
      case "AwaitExpression":
        return of(node.argument);
      case "AssignmentExpression":
        return of(node.right);
      case "SequenceExpression":
        return of(node.expressions.at(-1)!);
      case "LogicalExpression":
        return of(node.left) ?? of(node.right);
      case "ConditionalExpression":
        return of(node.consequent) ?? of(node.alternate);
      case "CallExpression":
        return this.#nameOfCall(node, scope, depth);
      default:
        return undefined;
    }
  }

  #nameOfName(name: string, scope: Scope, depth: number): string | undefined {
    const binding = findBinding(name, scope);
    if (binding === undefined) return GLOBAL_OBJECTS.has(name) ? "globalThis" : name;
    const constant = this.#constants.of(binding);
    if (constant === undefined) return undefined;
    return constant.path.reduce<string | undefined>(
      (object, { key, isComputed }) =>
        within(object, this.keyOf({ property: key, computed: isComputed }, constant.scope)),
      this.nameOf(constant.node, constant.scope, depth),
    );
  }

  /** `Reflect.get(o, "k")`, `Object.getOwnPropertyDescriptor(o, "k")` and what hands something on. */
  #nameOfCall(node: Call, scope: Scope, depth: number): string | undefined {
    const { callee, args } = this.plainCall(node, scope);
    const [first, second] = args ?? [];
    const member = callee as AnyNode;
    if (member.type === "MemberExpression" && this.keyOf(member, scope) === "bind") {
      return this.nameOf(member.object, scope, depth);
    }
    if (!first) return undefined;
    switch (plainName(this.nameOf(callee, scope, depth))) {
      case "Reflect.get":
        return second && within(this.nameOf(first, scope, depth), this.textOf(second, scope));
      case "Object.getOwnPropertyDescriptor":
      case "Reflect.getOwnPropertyDescriptor": {
        const of = second && within(this.nameOf(first, scope, depth), this.textOf(second, scope));
        return of && of + DESCRIPTOR;
      }
      case "Object.getPrototypeOf":
      case "Reflect.getPrototypeOf":
        return this.nameOf(first, scope, depth) === A_FUNCTION ? A_FUNCTION : undefined;
      case "Object":
      case "Promise.resolve":
        return this.nameOf(first, scope, depth);
      default:
        return undefined;
    }
  }
}

/** A global's name without the object that all of them are properties of. */
export function plainName(name: string | undefined): string | undefined {
  return name?.replace(/^(globalThis\.)+(?=.)/, "");
}

function within(object: string | undefined, key: string | undefined): string | undefined {
  if (object === undefined) return undefined;
  if (object.endsWith(DESCRIPTOR)) {
    return key === "value" || key === "get" ? object.slice(0, -DESCRIPTOR.length) : undefined;
  }
  if (object.length > 100) return undefined;
  return `${object}.${key?.slice(0, 100) ?? "[…]"}`;
}

/** The arguments that a list has. */
function listed(list: Node | undefined): readonly Node[] | undefined {
  const any = list as AnyNode | undefined;
  if (any?.type !== "ArrayExpression" || any.elements.includes(null)) return undefined;
  return any.elements as Node[];
}

function isSmall({ properties }: Extract<AnyNode, { type: "ObjectExpression" }>): boolean {
  return properties.length <= 50;
}

function joined(parts: readonly Folded[]): Folded {
  if (parts.length > 1_000 || parts.includes(UNKNOWN)) return UNKNOWN;
  return bounded(parts.map(String).join(""));
}

function foldUnary(operator: string, value: Folded): Folded {
  if (value === UNKNOWN) return UNKNOWN;
  switch (operator) {
    case "!":
      return !value;
    case "+":
      return Number(value);
    case "-":
      return -Number(value);
    case "~":
      return ~Number(value);
    default:
      return UNKNOWN;
  }
}

function foldOperator(operator: string, left: Value, right: Value): Folded {
  if (operator === "+") {
    const isSum = typeof left === "number" && typeof right === "number";
    return isSum ? left + right : bounded(String(left) + String(right));
  }
  const [one, other] = [Number(left), Number(right)];
  switch (operator) {
    case "-":
      return one - other;
    case "*":
      return one * other;
    case "/":
      return one / other;
    case "%":
      return one % other;
    case "^":
      return one ^ other;
    case "&":
      return one & other;
    case "|":
      return one | other;
    case "<<":
      return one << other;
    case ">>":
      return one >> other;
    default:
      return UNKNOWN;
  }
}
