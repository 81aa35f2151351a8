import { isJsonObject, type JsonObject } from "../../text/json_value.ts";

/** Keywords whose value is data, not schemas. */
const DATA = new Set(["const", "enum", "default", "examples", "example"]);

/** Keywords whose value has a schema for each of its keys. */
const MAPS = new Set([
  ...["properties", "patternProperties", "dependentSchemas", "dependencies"],
  ...["$defs", "definitions"],
]);

/**
 * Calls `visit` for the schema and each one inside it, outer ones first. What it returns for one
 * is `context` for those directly inside. Without recursion: a schema may be nested deeper than
 * the stack.
 */
export function walkSchemas<Context>(
  root: JsonObject,
  start: Context,
  visit: (schema: JsonObject, context: Context) => Context,
): void {
  const todo: { value: unknown; context: Context; kind: "schema" | "map" }[] = [
    { value: root, context: start, kind: "schema" },
  ];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const { value, context, kind } = next;
    if (Array.isArray(value)) {
      for (const each of value) todo.push({ value: each, context, kind: "schema" });
    } else if (isJsonObject(value)) {
      const inner = kind === "schema" ? visit(value, context) : context;
      for (const key of Object.keys(value)) {
        if (kind === "schema" && DATA.has(key)) continue;
        const isMap = kind === "schema" && MAPS.has(key);
        todo.push({ value: value[key], context: inner, kind: isMap ? "map" : "schema" });
      }
    }
  }
}
