import { isJsonObject, type JsonObject } from "../text/json_value.ts";

interface JsonSize {
  /** About the length of its text; exact enough for a limit. */
  readonly chars: number;
  /** Levels of objects and arrays. */
  readonly depth: number;
  /** Number of values of every type. */
  readonly values: number;
}

/**
 * Measures a parsed JSON value without recursion, so that no nesting can exhaust the stack. Stops
 * above either limit.
 */
export function measureJson(
  value: unknown,
  { maxChars = Infinity, maxValues = Infinity }: { maxChars?: number; maxValues?: number },
): JsonSize {
  const open: { value: unknown; depth: number }[] = [{ value, depth: 1 }];
  let [chars, deepest, values] = [0, 0, 1];
  for (
    let item = open.pop();
    item !== undefined && chars <= maxChars && values <= maxValues;
    item = open.pop()
  ) {
    const { value, depth } = item;
    if (typeof value === "string") chars += value.length + 2;
    else if (typeof value !== "object" || value === null) chars += 5;
    else {
      deepest = Math.max(deepest, depth);
      chars += 2;
      const names = Array.isArray(value) ? undefined : Object.keys(value);
      const count = names?.length ?? (value as unknown[]).length;
      values += count;
      if (values > maxValues) break;
      for (let place = 0; place < count; place++) {
        const name = names?.[place];
        chars += name === undefined ? 1 : name.length + 4;
        const child = (value as Record<string | number, unknown>)[name ?? place];
        open.push({ value: child, depth: depth + 1 });
      }
    }
  }
  return { chars, depth: deepest, values };
}

/** Deeper schemas, and those that refer to themselves, bound nothing. */
const MAX_DEPTH = 8;
/** Most bytes of a number in JSON. */
const NUMBER_BYTES = 24;
/** Most bytes of one UTF-16 unit of a text in JSON. */
const SIGN_BYTES = 6;

/** The most bytes of JSON that a schema allows, as far as the schema itself bounds it. */
export function mostBytes(schema: unknown, depth = 0): number | undefined {
  if (!isJsonObject(schema) || depth > MAX_DEPTH) return undefined;
  const { type, const: only, enum: values, maxLength } = schema;
  if (only !== undefined) return bytesOf(only);
  if (Array.isArray(values)) return Math.max(0, ...values.map(bytesOf));
  switch (type) {
    case "null":
    case "boolean":
      return "false".length;
    case "number":
    case "integer":
      return NUMBER_BYTES;
    case "string":
      return typeof maxLength === "number" ? maxLength * SIGN_BYTES + 2 : undefined;
    case "array":
      return mostListBytes(schema, depth);
    case "object":
      return mostObjectBytes(schema, depth);
    default:
      return undefined;
  }
}

function mostListBytes({ items, maxItems, prefixItems }: JsonObject, depth: number) {
  const each = mostBytes(items, depth + 1);
  if (typeof maxItems !== "number" || prefixItems !== undefined) return undefined;
  return each === undefined ? undefined : maxItems * (each + 1) + 2;
}

/** A schema of an object that allows other properties has no bound. */
function mostObjectBytes(
  { properties = {}, additionalProperties, patternProperties }: JsonObject,
  depth: number,
): number | undefined {
  if (additionalProperties !== false || patternProperties !== undefined) return undefined;
  let bytes = 2;
  for (const [name, schema] of Object.entries(properties as JsonObject)) {
    const most = mostBytes(schema, depth + 1);
    if (most === undefined) return undefined;
    bytes += bytesOf(name) + most + 2;
  }
  return bytes;
}

function bytesOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}
