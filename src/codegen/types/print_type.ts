import { safeLiteral } from "./safe_text.ts";
import type { FieldNode, ObjectNode, TupleNode, TypeNode } from "./type_node.ts";

/** A longer object is written over several lines. */
const MAX_LINE_CHARS = 80;

/** Options of {@linkcode printType}. */
export interface PrintTypeOptions {
  /** The spaces before the line that the type begins on. */
  readonly indent?: string;
  /** Called with the doc of each field in order; what it returns is printed, nothing for `""`. */
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
export function printKey(key: string): string {
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

const PLAIN: ReadonlySet<TypeNode["kind"]> = new Set(
  ["unknown", "never", "boolean", "null", "string", "number", "literal"] as const,
);
