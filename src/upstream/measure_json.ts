import type { JsonSchema } from "../model/tool.ts";

/** Size of a JSON value. */
export interface JsonSize {
  /** About the length of its text; exact enough for a limit. */
  readonly chars: number;
  /** Levels of objects and arrays. */
  readonly depth: number;
  /** Values of every type. */
  readonly values: number;
}

/** Options of {@linkcode measureJson}. */
export interface MeasureJsonOptions {
  /** Stop counting above this. Default: never. */
  readonly maxChars?: number;
  /** Stop counting above this. Default: never. */
  readonly maxValues?: number;
}

/** Measures a parsed JSON value without recursion, so that no nesting can exhaust the stack. */
export function measureJson(
  value: unknown,
  { maxChars = Infinity, maxValues = Infinity }: MeasureJsonOptions,
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

/** Deeper schemas, and those that lead back to themselves, bound nothing. */
const MAX_DEPTH = 8;
/** Of any number, as JSON. */
const NUMBER_BYTES = 24;
/** What one sign of a text takes at most, as JSON. */
const SIGN_BYTES = 6;

/** The most bytes of JSON that a schema allows, as far as its own words bound it. */
export function mostBytes(schema: unknown, depth = 0): number | undefined {
  if (typeof schema !== "object" || schema === null || depth > MAX_DEPTH) return undefined;
  const { type, const: only, enum: values } = schema as Exclude<JsonSchema, boolean>;
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
      return ofText(schema as Record<string, unknown>);
    case "array":
      return ofList(schema as Record<string, unknown>, depth);
    case "object":
      return ofRecord(schema as Record<string, unknown>, depth);
    default:
      return undefined;
  }
}

function ofText({ maxLength }: Record<string, unknown>): number | undefined {
  return typeof maxLength === "number" ? maxLength * SIGN_BYTES + 2 : undefined;
}

function ofList(
  { items, maxItems, prefixItems }: Record<string, unknown>,
  depth: number,
): number | undefined {
  const each = mostBytes(items, depth + 1);
  if (each === undefined || typeof maxItems !== "number" || prefixItems !== undefined) {
    return undefined;
  }
  return maxItems * (each + 1) + 2;
}

/** Only one that allows no other fields bounds anything. */
function ofRecord(
  { properties = {}, additionalProperties, patternProperties }: Record<string, unknown>,
  depth: number,
): number | undefined {
  if (additionalProperties !== false || patternProperties !== undefined) return undefined;
  let bytes = 2;
  for (const [name, schema] of Object.entries(properties as Record<string, unknown>)) {
    const most = mostBytes(schema, depth + 1);
    if (most === undefined) return undefined;
    bytes += bytesOf(name) + most + 2;
  }
  return bytes;
}

function bytesOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}
