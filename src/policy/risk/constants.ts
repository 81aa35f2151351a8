import type { AnyNode, Node, Pattern } from "acorn";
import {
  type Binding,
  findBinding,
  isFunction,
  type Place,
  type Scope,
  type Scopes,
  walkTree,
} from "./scopes.ts";

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
  /** Whether other code may change what it holds. */
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

/** A value that stands in a program, or that what stands there always gives. */
export type Value = string | number | boolean | null | undefined | readonly Value[];

/** Longer texts are no names. */
const MAX_LENGTH = 1_000;
const MAX_ITEMS = 500;

/** What is not known, or too large to be kept. */
export const UNKNOWN = Symbol("unknown");

/** A value, where it is known. */
export type Folded = Value | typeof UNKNOWN;

/** The value, unless it is too large. */
export function bounded(value: unknown): Folded {
  if (typeof value === "string") return value.length > MAX_LENGTH ? UNKNOWN : value;
  if (Array.isArray(value)) {
    return value.length > MAX_ITEMS || value.some((item) => bounded(item) === UNKNOWN)
      ? UNKNOWN
      : value;
  }
  const isPlain = value === null || value === undefined || typeof value === "number" ||
    typeof value === "boolean";
  return isPlain ? value as Value : UNKNOWN;
}

/** Methods of texts that give a value, and change nothing. */
const OF_TEXTS = new Set(
  ("concat slice substring substr charAt at charCodeAt codePointAt toLowerCase toUpperCase trim " +
    "trimStart trimEnd replace replaceAll split toString valueOf normalize padStart padEnd repeat")
    .split(" "),
);
const OF_LISTS = new Set("join reverse toReversed slice concat at flat toString".split(" "));
const OF_NUMBERS = new Set(["toString", "toFixed", "valueOf"]);

/** What a method of a value gives. */
export function foldMethod(on: Value, name: string, args: readonly Value[]): Folded {
  // What makes more than it is given is asked for no more than is kept.
  const counts = args.filter((arg) => typeof arg === "number");
  if (/^(repeat|pad)/.test(name) && counts.some((count) => count > MAX_LENGTH)) return UNKNOWN;
  if (args.some((arg) => typeof arg === "object" && arg !== null) && name !== "concat") {
    return UNKNOWN;
  }
  try {
    if (typeof on === "string" && OF_TEXTS.has(name)) {
      return bounded(Reflect.apply((String.prototype as never)[name], on, args));
    }
    if (Array.isArray(on) && OF_LISTS.has(name)) {
      return bounded(Reflect.apply((Array.prototype as never)[name], [...on], args));
    }
    if (typeof on === "number" && OF_NUMBERS.has(name)) {
      return bounded(Reflect.apply((Number.prototype as never)[name], on, args));
    }
  } catch {
    // It throws where the program runs, too.
  }
  return UNKNOWN;
}

/** Functions of the language that give the same for the same. */
const PURE: Readonly<Record<string, (...args: never[]) => unknown>> = {
  String: (value: Value) => String(value),
  Number: (value: Value) => Number(value),
  parseInt,
  parseFloat,
  "Number.parseInt": parseInt,
  atob,
  btoa,
  decodeURIComponent,
  decodeURI,
  encodeURIComponent,
  unescape,
  "String.fromCharCode": (...codes: number[]) => String.fromCharCode(...codes),
  "String.fromCodePoint": (...codes: number[]) => String.fromCodePoint(...codes),
  "Array.from": (items: string | Value[]) => Array.from(items),
  "Array.of": (...items: Value[]) => items,
  "JSON.parse": (text: string) => JSON.parse(text),
  "JSON.stringify": (value: Value) => JSON.stringify(value),
  // Their bytes are given as they are, and made a text where they are decoded.
  Uint8Array: (bytes: Value[]) => Array.from(bytes),
  "Uint8Array.from": (bytes: Value[]) => Array.from(bytes),
  "Uint8Array.of": (...bytes: Value[]) => bytes,
  "Buffer.from": (data: string | Value[], encoding?: string) => bytesOf(data, encoding),
};

/** What a function of the language gives, by its name. */
export function foldGlobal(name: string, args: readonly Value[]): Folded {
  const pure = Object.hasOwn(PURE, name) ? PURE[name] : undefined;
  if (pure === undefined) return UNKNOWN;
  try {
    return bounded(Reflect.apply(pure, undefined, args));
  } catch {
    return UNKNOWN;
  }
}

/** The text that bytes are. */
export function decodeBytes(bytes: Value): Folded {
  if (!Array.isArray(bytes) || bytes.some((byte) => typeof byte !== "number")) return UNKNOWN;
  return bounded(new TextDecoder().decode(Uint8Array.from(bytes as number[])));
}

function bytesOf(data: string | Value[], encoding: string | undefined): Value[] {
  if (typeof data !== "string") return Array.from(data);
  if (encoding === "base64" || encoding === "base64url") return [...Uint8Array.fromBase64(data)];
  if (encoding === "hex") return [...Uint8Array.fromHex(data)];
  return [...new TextEncoder().encode(data)];
}
