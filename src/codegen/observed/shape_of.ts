import { isDataKey } from "./is_data_key.ts";

/** What a value may be beside a list and an object. */
export type PlainKind = "string" | "number" | "boolean" | "null";

/**
 * The shape of the values that were seen in one place: kinds and the names of fields, never a value.
 * With neither kinds, list nor object nothing was seen; `any` says that anything may be there.
 */
export interface Shape {
  readonly any?: true;
  readonly kinds?: readonly PlainKind[];
  /** What the items of lists were. */
  readonly item?: Shape;
  readonly object?: ObjectShape;
}

/** Objects with the same fields, or with keys that are data themselves. */
export type ObjectShape =
  | { readonly fields: Readonly<Record<string, FieldShape>> }
  | { readonly values: Shape };

/** One field of an object. */
export interface FieldShape {
  readonly shape: Shape;
  /** Whether some object had no such field. */
  readonly optional?: true;
}

/** Nothing was seen. */
export const NOTHING: Shape = {};
const ANYTHING: Shape = { any: true };

const MAX_DEPTH = 8;
/** Values looked at in one result, so that a large one costs no more than a small one. */
const MAX_STEPS = 4_000;
const MAX_ITEMS = 100;
/** More keys than anybody writes into a type. */
const MAX_FIELDS = 60;
/** Objects that have less in common than this are not of one type. */
const LEAST_COMMON = 0.2;

/** The shape of one JSON value; of a large one, that of a part of it. */
export function shapeOf(value: unknown): Shape {
  let steps = 0;

  function look(value: unknown, depth: number): Shape {
    if (++steps > MAX_STEPS) return NOTHING;
    if (value === null) return { kinds: ["null"] };
    switch (typeof value) {
      case "string":
      case "number":
      case "boolean":
        return { kinds: [typeof value] as PlainKind[] };
      case "object":
        if (depth >= MAX_DEPTH) return ANYTHING;
        return Array.isArray(value) ? lookAtList(value, depth) : lookAtObject(value!, depth);
      default:
        return ANYTHING;
    }
  }

  function lookAtList(list: readonly unknown[], depth: number): Shape {
    const stride = Math.max(1, Math.ceil(list.length / MAX_ITEMS));
    const seen = list.filter((_item, at) => at % stride === 0);
    return { item: seen.map((item) => look(item, depth + 1)).reduce(mergeShapes, NOTHING) };
  }

  function lookAtObject(object: object, depth: number): Shape {
    const entries = Object.entries(object);
    const some = entries.slice(0, MAX_ITEMS);
    const shapes = some.map(([key, value]) => [key, look(value, depth + 1)] as const);
    const isMap = entries.length > MAX_FIELDS || isDataKey.anyOf(shapes);
    if (isMap) return { object: { values: mergeAll(shapes.map(([, shape]) => shape)) } };
    return { object: { fields: fieldsOf(shapes) } };
  }

  return look(value, 0);
}

function fieldsOf(shapes: readonly (readonly [string, Shape])[]): Record<string, FieldShape> {
  const sorted = shapes.toSorted(([a], [b]) => a < b ? -1 : 1);
  return Object.fromEntries(sorted.map(([key, shape]) => [key, { shape }]));
}

/** The shape of what has one shape or the other. In whatever order, the outcome is the same. */
export function mergeShapes(a: Shape, b: Shape): Shape {
  if (a.any || b.any) return ANYTHING;
  const kinds = [...new Set([...a.kinds ?? [], ...b.kinds ?? []])].sort();
  const item = both(a.item, b.item, mergeShapes);
  const object = both(a.object, b.object, mergeObjects);
  return {
    ...(kinds.length > 0 && { kinds }),
    ...(item && { item }),
    ...(object && { object }),
  };
}

function both<T>(a: T | undefined, b: T | undefined, merge: (a: T, b: T) => T): T | undefined {
  return a === undefined || b === undefined ? a ?? b : merge(a, b);
}

function mergeAll(shapes: readonly Shape[]): Shape {
  return shapes.reduce(mergeShapes, NOTHING);
}

function mergeObjects(a: ObjectShape, b: ObjectShape): ObjectShape {
  if ("values" in a || "values" in b) {
    return { values: mergeShapes(valuesOf(a), valuesOf(b)) };
  }
  const keys = [...new Set([...Object.keys(a.fields), ...Object.keys(b.fields)])].sort();
  const common = keys.filter((key) => Object.hasOwn(a.fields, key) && Object.hasOwn(b.fields, key));
  const smaller = Math.min(Object.keys(a.fields).length, Object.keys(b.fields).length);
  if (keys.length > MAX_FIELDS || smaller > 2 && common.length < LEAST_COMMON * smaller) {
    return { values: mergeShapes(valuesOf(a), valuesOf(b)) };
  }
  const fields = keys.map((key): [string, FieldShape] => {
    const [ours, theirs] = [own(a.fields, key), own(b.fields, key)];
    const shape = mergeShapes(ours?.shape ?? NOTHING, theirs?.shape ?? NOTHING);
    const isOptional = !ours || !theirs || ours.optional || theirs.optional;
    return [key, { shape, ...(isOptional && { optional: true }) }];
  });
  return { fields: Object.fromEntries(fields) };
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function valuesOf(object: ObjectShape): Shape {
  if ("values" in object) return object.values;
  return mergeAll(Object.values(object.fields).map(({ shape }) => shape));
}
