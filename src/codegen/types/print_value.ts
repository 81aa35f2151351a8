import { isJsonObject } from "../../text/json_value.ts";
import { printKey } from "./print_type.ts";
import { safeLiteral } from "./safe_text.ts";

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
