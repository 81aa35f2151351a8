import {
  canonicalJson,
  type JsonObject,
  type JsonType,
  jsonTypeOf,
} from "../../text/json_value.ts";
import type { Condition, NormalSchema } from "./normal_schema.ts";
import type { RefTarget } from "./index_refs.ts";

/**
 * All that a value must satisfy by one schema or by several at once. A list of schemas for one
 * place means: all of them.
 */
export interface Shape {
  readonly sources: readonly JsonObject[];
  /** Types of their own that the value must have. */
  readonly targets: readonly RefTarget[];
  /** Absent: any. Empty: no value fits. */
  readonly types?: readonly JsonType[];
  /** The types where there are no `types`. */
  readonly likelyTypes?: readonly JsonType[];
  readonly values?: readonly unknown[];
  readonly excludedValues: readonly unknown[];
  readonly properties: ReadonlyMap<string, readonly unknown[]>;
  readonly required: ReadonlySet<string>;
  readonly additional: readonly unknown[];
  readonly patterns: readonly unknown[];
  readonly prefix: readonly (readonly unknown[])[];
  readonly items: readonly unknown[];
  readonly minItems: number;
  readonly maxItems: number;
  readonly choices: readonly (readonly unknown[])[];
  readonly conditions: readonly Condition[];
}

/** The shape that every value satisfies. */
export const ANYTHING: Shape = {
  sources: [],
  targets: [],
  excludedValues: [],
  properties: new Map(),
  required: new Set(),
  additional: [],
  patterns: [],
  prefix: [],
  items: [],
  minItems: 0,
  maxItems: Infinity,
  choices: [],
  conditions: [],
};

/** The shape of a schema itself, without the schemas that it refers to and those of `allOf`. */
export function shapeOf(schema: NormalSchema): Shape {
  return {
    ...ANYTHING,
    sources: [schema.source],
    ...(schema.impossible ? { types: [] } : schema.types && { types: schema.types }),
    ...(schema.likelyTypes && { likelyTypes: schema.likelyTypes }),
    ...(schema.values && { values: schema.values }),
    excludedValues: schema.excludedValues ?? [],
    properties: new Map(Object.entries(schema.properties ?? {}).map(([k, value]) => [k, [value]])),
    required: new Set(schema.required),
    additional: schema.additional === undefined ? [] : [schema.additional],
    patterns: schema.patterns ?? [],
    prefix: (schema.prefix ?? []).map((item) => [item]),
    items: schema.items === undefined ? [] : [schema.items],
    minItems: schema.minItems ?? 0,
    maxItems: schema.maxItems ?? Infinity,
    choices: schema.choices ?? [],
    conditions: schema.condition ? [schema.condition] : [],
  };
}

/** The shape of values that satisfy both. */
export function mergeShapes(a: Shape, b: Shape): Shape {
  if (saysNothing(a)) return { ...b, sources: [...a.sources, ...b.sources] };
  if (saysNothing(b)) return { ...a, sources: [...a.sources, ...b.sources] };
  const types = both(a.types, b.types, (type) => type);
  const likelyTypes = both(a.likelyTypes, b.likelyTypes, (type) => type);
  const values = both(a.values, b.values, canonicalJson);
  return {
    sources: [...a.sources, ...b.sources],
    targets: [...new Set([...a.targets, ...b.targets])],
    ...(types && { types }),
    ...(likelyTypes?.length && { likelyTypes }),
    ...(values && { values }),
    excludedValues: [...a.excludedValues, ...b.excludedValues],
    properties: mergeMaps(a.properties, b.properties),
    required: a.required.union(b.required),
    additional: [...a.additional, ...b.additional],
    patterns: [...a.patterns, ...b.patterns],
    prefix: mergeLists(a.prefix, b.prefix),
    items: [...a.items, ...b.items],
    minItems: Math.max(a.minItems, b.minItems),
    maxItems: Math.min(a.maxItems, b.maxItems),
    choices: [...a.choices, ...b.choices],
    conditions: [...a.conditions, ...b.conditions],
  };
}

/** Whether every value satisfies the shape, which has docs at most. */
export function saysNothing(shape: Shape): boolean {
  return !shape.types && !shape.likelyTypes && shape.targets.length === 0 &&
    saysNothingButTypes(shape);
}

/** Whether a shape asks for nothing but types. */
export function saysNothingButTypes(shape: Shape): boolean {
  const { excludedValues, additional, patterns, prefix, items, choices, conditions } = shape;
  const lists = [excludedValues, additional, patterns, prefix, items, choices, conditions];
  return !shape.values && shape.properties.size === 0 && shape.required.size === 0 &&
    lists.every(({ length }) => length === 0);
}

/** The types that a value may have; absent: any. */
export function typesOf(shape: Shape): readonly JsonType[] | undefined {
  return shape.types ?? shape.likelyTypes;
}

/** The allowed values of a shape with a list of them: not excluded, and of its types. */
export function valuesOf(shape: Shape): readonly unknown[] | undefined {
  if (!shape.values) return undefined;
  const excluded = new Set(shape.excludedValues.map(canonicalJson));
  const left = shape.values.filter((value) => !excluded.has(canonicalJson(value)));
  const typed = left.filter((value) => shape.types?.includes(jsonTypeOf(value)) ?? true);
  // Where no value is of the shape's types, the types are a slip of the schema's author.
  return typed.length > 0 || shape.types?.length === 0 ? typed : left;
}

function both<Value>(
  a: readonly Value[] | undefined,
  b: readonly Value[] | undefined,
  keyOf: (value: Value) => unknown,
): readonly Value[] | undefined {
  if (!a || !b) return a ?? b;
  const keys = new Set(b.map(keyOf));
  return a.filter((value) => keys.has(keyOf(value)));
}

function mergeMaps(a: Shape["properties"], b: Shape["properties"]): Shape["properties"] {
  const merged = new Map(a);
  for (const [key, schemas] of b) merged.set(key, [...(a.get(key) ?? []), ...schemas]);
  return merged;
}

function mergeLists(a: Shape["prefix"], b: Shape["prefix"]): Shape["prefix"] {
  const longer = a.length >= b.length ? a : b;
  return longer.map((_, at) => [...(a[at] ?? []), ...(b[at] ?? [])]);
}
