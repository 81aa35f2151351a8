import { unionOf } from "./combine_types.ts";
import { isJsonObject, jsonTypeOf } from "../../text/json_value.ts";
import { type TypeNode, UNKNOWN } from "./type_node.ts";

/** Of more or longer values only the types are told. */
const MAX_VALUES = 1_000;
const MAX_VALUE_CHARS = 1_000;
const MAX_DEPTH = 20;

/** The type of exactly the given values. */
export function literalType(values: readonly unknown[]): TypeNode {
  const type = values.length > MAX_VALUES ? wideType : exactType;
  return unionOf(values.map((value) => type(value, 0)));
}

function exactType(value: unknown, depth: number): TypeNode {
  if (depth > MAX_DEPTH) return UNKNOWN;
  if (Array.isArray(value)) {
    if (value.length > MAX_VALUES) return wideType(value);
    const items = value.map((item) => exactType(item, depth + 1));
    return { kind: "tuple", items, required: items.length };
  }
  if (isJsonObject(value)) {
    const fields = Object.entries(value).map(([key, inner]) => ({
      key,
      presence: "required" as const,
      type: exactType(inner, depth + 1),
    }));
    return { kind: "object", fields };
  }
  if (typeof value === "string" && value.length > MAX_VALUE_CHARS) return wideType(value);
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return { kind: "literal", value };
  }
  return { kind: "null" };
}

function wideType(value: unknown): TypeNode {
  const type = jsonTypeOf(value);
  if (type === "object") return { kind: "object", fields: [], index: UNKNOWN };
  return type === "array" ? { kind: "array", item: UNKNOWN, sampleLength: 0 } : { kind: type };
}
