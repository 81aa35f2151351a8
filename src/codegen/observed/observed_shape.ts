/** What a tool without an output schema was seen to answer. */
export interface ObservedType {
  /** Of the tool as it was then, see `hashTool`. */
  readonly hash: string;
  /** How many results. */
  readonly samples: number;
  readonly shape: Shape;
}

/** By the names of tools. */
export type ObservedTypes = ReadonlyMap<string, ObservedType>;

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

type Entries = readonly (readonly [key: string, value: Shape])[];

interface Rule {
  /** Why the keys are data, and so the name of the rule. */
  readonly rule: string;
  readonly applies: (entries: Entries) => boolean;
}

/**
 * When the keys of an object are data and not the names of fields: a map by e-mail address, say.
 * What is taken for data by mistake costs a name in a type; the other way round it would be kept.
 */
const RULES: readonly Rule[] = [
  {
    rule: "no name of a field looks like that",
    applies: (entries) => entries.some(([key]) => !/^[A-Za-z_$][\w$-]{0,39}$/.test(key)),
  },
  {
    rule: "it has a number in it, or is one in other digits",
    applies: (entries) =>
      entries.some(([key]) => /\d{3}|\d.*[a-z].*\d/i.test(key) || /^[\da-f]{8,}$/i.test(key)),
  },
  {
    rule: "most are single words with a capital, as names are",
    applies: (entries) =>
      entries.filter(([key]) => /^[A-Z][a-z]+$/.test(key) && !isFieldWord(key)).length * 2 >
        entries.length,
  },
  {
    rule: "all values are of one kind, and few keys are words that fields are called by",
    applies: (entries) =>
      entries.length > 0 && isOneShape(entries) &&
      entries.filter(([key]) => isFieldWord(key)).length * 2 < entries.length,
  },
];

/** Tells keys that are data from the names of fields. */
export const isDataKey = {
  /** Whether the keys of an object are data, all of them if one is. */
  anyOf: (entries: Entries): boolean => RULES.some(({ applies }) => applies(entries)),
};

/** Lists, objects, texts…: whatever else they are, all values are the same. */
function isOneShape(entries: Entries): boolean {
  const kinds = entries.map(([, { kinds = [], item, object }]) =>
    object ? "object" : item ? "list" : kinds.join()
  );
  return new Set(kinds.filter((kind) => kind !== "null")).size < 2;
}

/** People and things are seldom called by two words run together. */
function isFieldWord(key: string): boolean {
  const words = splitKey(key);
  return words.length > 1 || FIELD_WORDS.has(words[0] ?? "");
}

function splitKey(key: string): string[] {
  return key.split(/[_$-]+|(?<=[a-z\d])(?=[A-Z])/).filter((word) => word !== "")
    .map((word) => word.toLowerCase());
}

const FIELD_WORDS = new Set(
  `arguments args params parameters outputs request response payload id ids uid uuid key keys name names title label text body content contents value values data item
  items result results row rows record records entry entries list page pages size length count total
  sum min max average avg mean limit offset cursor next previous prev more type types kind status state
  code error errors message messages reason detail details description summary note notes comment
  comments url uri link links href path file files folder filename mime format encoding language locale
  email phone address city country region zip postcode street company user users owner author creator
  role roles group groups team teams member members tag tags category categories priority level score
  rank rating price amount currency cost balance quantity unit units date time timestamp created
  updated modified deleted start end duration from to since until year month day hour minute second
  width height depth weight x y z lat lon latitude longitude distance temperature speed version hash
  digest token ok success enabled active visible public private parent children child index position
  line column source target query filter sort order method headers metadata meta options settings
  config version branch commit repository project issue issues event events node nodes edge edges
  left right top bottom input output first last original translated image thumbnail icon color
  progress percent number string enabled available open closed used free read write timezone stdout
  stderr exit pid host port server domain ip attributes properties schema fields columns tables table`
    .split(/\s+/),
);
