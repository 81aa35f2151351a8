/** An object of parsed JSON; its keys are the sender's, `__proto__` among them. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The types that JSON has; an integer is a number. */
export type JsonType = "string" | "number" | "boolean" | "null" | "object" | "array";

/** All six. */
export const JSON_TYPES: readonly JsonType[] = [
  "string",
  "number",
  "boolean",
  "null",
  "object",
  "array",
];

/** Whether the value is an object and no list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The key's own value, never an inherited one. */
export function ownValue(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The type of a parsed JSON value. */
export function jsonTypeOf(value: unknown): JsonType {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "array";
  const type = typeof value;
  return type === "string" || type === "number" || type === "boolean" ? type : "object";
}
