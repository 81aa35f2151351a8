import { isJsonObject } from "../../text/json_value.ts";
import { safeLiteral } from "./safe_text.ts";

/** A TypeScript type as data: what a schema becomes before it is printed. */
export type TypeNode =
  | { readonly kind: "unknown" | "never" | "boolean" | "null" | "undefined" | "function" }
  /** `{}`: the branch of a choice that asks for nothing. */
  | { readonly kind: "nothing_more" }
  /** `sample` is a value to show in an example. */
  | { readonly kind: "string"; readonly sample?: string }
  | { readonly kind: "number"; readonly sample?: number }
  | { readonly kind: "literal"; readonly value: string | number | boolean }
  | { readonly kind: "array"; readonly item: TypeNode; readonly sampleLength: number }
  | TupleNode
  | ObjectNode
  | { readonly kind: "union" | "intersection"; readonly members: readonly TypeNode[] }
  | { readonly kind: "name"; readonly name: string };

/** A list with a type for each place; those from `required` on may be missing. */
export interface TupleNode {
  readonly kind: "tuple";
  readonly items: readonly TypeNode[];
  readonly required: number;
  readonly rest?: TypeNode;
}

/** An object; without fields and without `index` only `{}` fits. */
export interface ObjectNode {
  readonly kind: "object";
  readonly fields: readonly FieldNode[];
  /** The type of all other keys; none are allowed where it is missing. */
  readonly index?: TypeNode;
}

/** One key of an object. */
export interface FieldNode {
  readonly key: string;
  readonly presence: "required" | "optional";
  readonly type: TypeNode;
  /** One line of safe text. */
  readonly doc?: string;
}

/** A type with a name of its own in a wrapper file. */
export interface NamedType {
  readonly name: string;
  readonly type: TypeNode;
  readonly doc?: string;
}

export const UNKNOWN: TypeNode = { kind: "unknown" };
export const NEVER: TypeNode = { kind: "never" };

/** The type with `change` applied to each type directly inside it. */
export function mapInner(node: TypeNode, change: (inner: TypeNode) => TypeNode): TypeNode {
  switch (node.kind) {
    case "array":
      return { ...node, item: change(node.item) };
    case "tuple":
      return {
        ...node,
        items: node.items.map(change),
        ...node.rest && { rest: change(node.rest) },
      };
    case "object":
      return {
        ...node,
        fields: node.fields.map((field) => ({ ...field, type: change(field.type) })),
        ...(node.index && { index: change(node.index) }),
      };
    case "union":
    case "intersection":
      return { ...node, members: node.members.map(change) };
    default:
      return node;
  }
}

/** The type of a value that is of one of the given types. */
export function unionOf(types: readonly TypeNode[]): TypeNode {
  const members = new Map<string, TypeNode>();
  for (const type of types.flatMap((type) => type.kind === "union" ? type.members : [type])) {
    if (type.kind === "unknown") return UNKNOWN;
    if (type.kind === "never") continue;
    const text = printType(type);
    if (!members.has(text)) members.set(text, type);
  }
  if (members.has("true") && members.has("false")) {
    members.delete("true");
    members.delete("false");
    members.set("boolean", { kind: "boolean" });
  }
  const [first, ...others] = members.values();
  if (!first) return NEVER;
  return others.length === 0 ? first : { kind: "union", members: [first, ...others] };
}

/** The type of a value that is of all of the given types. */
export function intersectionOf(types: readonly TypeNode[]): TypeNode {
  const members = types
    .flatMap((type) => type.kind === "intersection" ? type.members : [type])
    .filter(({ kind }) => kind !== "unknown" && kind !== "nothing_more");
  if (members.some(({ kind }) => kind === "never")) return NEVER;
  const [first, ...others] = members;
  if (!first) return types.find(({ kind }) => kind === "nothing_more") ?? UNKNOWN;
  return others.length === 0 ? first : { kind: "intersection", members: [first, ...others] };
}

/** A longer object is written over several lines. */
const MAX_LINE_CHARS = 80;

interface PrintTypeOptions {
  /** The spaces before the line that the type begins on. */
  readonly indent?: string;
  /** Called with the doc of each field in order; returns the doc to print, `""` for none. */
  readonly showDoc?: (doc: string, field: FieldNode) => string;
}

/** A type as TypeScript that simply erases. */
export function printType(node: TypeNode, options: PrintTypeOptions = {}): string {
  switch (node.kind) {
    case "literal":
      return safeLiteral(node.value);
    case "array":
      return `${printOperand(node.item, options)}[]`;
    case "tuple":
      return printTuple(node, options);
    case "object":
      return printObject(node, options);
    case "union":
      return node.members.map((member) => printType(member, options)).join(" | ");
    case "intersection":
      return node.members.map((member) => printOperand(member, options, "union")).join(" & ");
    case "name":
      return node.name;
    case "function":
      return "Function";
    case "nothing_more":
      return "{}";
    default:
      return node.kind;
  }
}

/** A name as a key of an object or a type. */
function printKey(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : safeLiteral(key);
}

function printOperand(
  node: TypeNode,
  options: PrintTypeOptions,
  enclose: "union" | "any operator" = "any operator",
): string {
  const text = printType(node, options);
  const isOperator = node.kind === "union" || enclose !== "union" && node.kind === "intersection";
  return isOperator ? `(${text})` : text;
}

function printTuple(node: TupleNode, options: PrintTypeOptions): string {
  const items = node.items.map((item, at) =>
    at < node.required ? printType(item, options) : `${printOperand(item, options)}?`
  );
  if (node.rest) items.push(`...${printOperand(node.rest, options)}[]`);
  return `[${items.join(", ")}]`;
}

function printObject(node: ObjectNode, options: PrintTypeOptions): string {
  if (node.fields.length === 0) return printRecord(node.index, options);
  const indent = `${options.indent ?? ""}  `;
  const docs: string[] = [];
  const lines = node.fields.map((field) => {
    const doc = field.doc === undefined ? "" : options.showDoc?.(field.doc, field) ?? field.doc;
    docs.push(doc);
    const mark = field.presence === "optional" ? "?" : "";
    return `${printKey(field.key)}${mark}: ${printType(field.type, { ...options, indent })}`;
  });
  if (node.index) lines.push(`[key: string]: ${printType(node.index, { ...options, indent })}`);
  const short = `{ ${lines.join("; ")} }`;
  const fits = short.length <= MAX_LINE_CHARS && !short.includes("\n");
  if (fits && docs.every((doc) => doc === "")) return short;
  const rows = lines.map((line, at) => {
    const doc = docs[at] ? `${indent}/** ${docs[at]} */\n` : "";
    return `${doc}${indent}${line};\n`;
  });
  return `{\n${rows.join("")}${options.indent ?? ""}}`;
}

/** A type that names itself in a `Record` would be circular for TypeScript; in braces it is not. */
function printRecord(index: TypeNode | undefined, options: PrintTypeOptions): string {
  if (!index) return "Record<string, never>";
  const text = printType(index, options);
  return PLAIN.has(index.kind) ? `Record<string, ${text}>` : `{ [key: string]: ${text} }`;
}

const PLAIN = new Set<TypeNode["kind"]>(
  ["unknown", "never", "boolean", "null", "string", "number", "literal"],
);

/** A JSON value as an expression on one line. */
export function printValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printValue).join(", ")}]`;
  if (isJsonObject(value)) {
    const members = Object.entries(value).map(([key, inner]) =>
      `${key === "__proto__" ? '["__proto__"]' : printKey(key)}: ${printValue(inner)}`
    );
    return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
  }
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? safeLiteral(value)
    : "null";
}
