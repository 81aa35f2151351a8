import type { Expression, Property, SpreadElement } from "acorn";
import { literal } from "./read_imports.ts";

/** Deeper literals are nobody's arguments. */
const MAX_DEPTH = 64;

/** What an expression is not, whose value only running it would tell. */
export const NOT_LITERAL = Symbol("not literal");

/** A value as it stands in a program's text. */
export type LiteralValue =
  | string
  | number
  | boolean
  | null
  | LiteralValue[]
  | { [key: string]: LiteralValue };

/** The value of an expression that is JSON, written as a literal; nothing of it is run. */
export function literalValue(node: Expression, depth = 0): LiteralValue | typeof NOT_LITERAL {
  const text = literal(node);
  if (text !== undefined) return text;
  if (depth > MAX_DEPTH) return NOT_LITERAL;
  switch (node.type) {
    case "Literal":
      return plain(node.value);
    case "UnaryExpression": {
      const value = node.operator === "-" ? literalValue(node.argument, depth + 1) : NOT_LITERAL;
      return typeof value === "number" ? -value : NOT_LITERAL;
    }
    case "ArrayExpression":
      return list(node.elements, depth);
    case "ObjectExpression":
      return record(node.properties, depth);
    default:
      return NOT_LITERAL;
  }
}

function plain(value: unknown): LiteralValue | typeof NOT_LITERAL {
  if (value === null || typeof value === "boolean") return value;
  return typeof value === "number" && Number.isFinite(value) ? value : NOT_LITERAL;
}

function list(
  elements: readonly (Expression | SpreadElement | null)[],
  depth: number,
): LiteralValue[] | typeof NOT_LITERAL {
  const values: LiteralValue[] = [];
  for (const element of elements) {
    if (element === null || element.type === "SpreadElement") return NOT_LITERAL;
    const value = literalValue(element, depth + 1);
    if (value === NOT_LITERAL) return NOT_LITERAL;
    values.push(value);
  }
  return values;
}

function record(
  properties: readonly (Property | SpreadElement)[],
  depth: number,
): { [key: string]: LiteralValue } | typeof NOT_LITERAL {
  const values: { [key: string]: LiteralValue } = {};
  for (const property of properties) {
    const key = property.type === "Property" ? keyOf(property) : undefined;
    if (key === undefined) return NOT_LITERAL;
    const value = literalValue((property as Property).value, depth + 1);
    if (value === NOT_LITERAL) return NOT_LITERAL;
    values[key] = value;
  }
  return values;
}

/** Undefined for what is no plain field: a method, a computed name, or the object's prototype. */
function keyOf({ kind, method, computed, shorthand, key }: Property): string | undefined {
  if (kind !== "init" || method || computed || shorthand) return undefined;
  const name = key.type === "Identifier"
    ? key.name
    : key.type === "Literal" && key.value !== null && typeof key.value !== "bigint"
    ? String(key.value)
    : undefined;
  return name === "__proto__" ? undefined : name;
}
