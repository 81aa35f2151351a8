import type { JsonSchema } from "../model/tool.ts";

/** The keyword that is put beside each reference, so that following it can be counted. */
export const STEP = "x-airlock-step";

/** Keywords whose value is data, where nothing may be changed. */
const DATA = new Set(["const", "enum", "default", "examples", "example"]);
/** Keywords whose value has a schema for each name. */
const SCHEMAS_BY_NAME = new Set([
  "properties",
  "patternProperties",
  "$defs",
  "definitions",
  "dependentSchemas",
]);

/**
 * Copies a schema for a validator: each reference is marked, and `$schema` and the `id` of
 * draft-04, which say nothing of a value, are left out.
 */
export function prepareSchema(schema: JsonSchema): JsonSchema {
  return prepare(schema) as JsonSchema;
}

function prepare(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(prepare);
  if (!isObject(schema)) return schema;
  const members = Object.entries(schema).flatMap(([keyword, value]) => {
    if (keyword === "$schema" || (keyword === "id" && typeof value === "string")) return [];
    if (DATA.has(keyword)) return [[keyword, value]];
    if (SCHEMAS_BY_NAME.has(keyword) && isObject(value)) {
      return [[keyword, mapValues(value, prepare)]];
    }
    return [[keyword, prepare(value)]];
  });
  const isReference = typeof schema.$ref === "string" || typeof schema.$dynamicRef === "string";
  return Object.fromEntries(isReference ? [...members, [STEP, true]] : members);
}

function mapValues(object: JsonObject, change: (value: unknown) => unknown): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}

type JsonObject = { readonly [key: string]: unknown };

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
