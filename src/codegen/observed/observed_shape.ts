/** The observed results of a tool without an output schema. */
export interface ObservedType {
  /** What `hashTool` gave for the tool at that time. */
  readonly hash: string;
  /** Number of results. */
  readonly samples: number;
  readonly shape: Shape;
}

/** By the names of tools. */
export type ObservedTypes = ReadonlyMap<string, ObservedType>;

type PlainKind = "string" | "number" | "boolean" | "null";

/**
 * The shape of the values that were seen in one place: kinds and the names of fields, never a value.
 * With neither kinds, list nor object nothing was seen; `any` says that anything may be there.
 */
export interface Shape {
  readonly any?: true;
  readonly kinds?: readonly PlainKind[];
  /** The shape of the items of lists. */
  readonly item?: Shape;
  readonly object?: ObjectShape;
}

/** Objects with the same fields, or with keys that are data themselves. */
export type ObjectShape =
  | { readonly fields: Readonly<Record<string, FieldShape>> }
  | { readonly values: Shape };

interface FieldShape {
  readonly shape: Shape;
  /** Whether some object had no such field. */
  readonly optional?: true;
}

/** Nothing was seen. */
const NOTHING: Shape = {};
const ANYTHING: Shape = { any: true };

const MAX_DEPTH = 8;
/** Values looked at in one result, so that a large one costs no more than a small one. */
const MAX_STEPS = 4_000;
const MAX_ITEMS = 100;
/** An object with more keys is a map. */
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
    const isMap = entries.length > MAX_FIELDS ||
      DATA_KEY_RULES.some((rule) => rule.applies(shapes));
    if (isMap) return { object: { values: mergeAll(shapes.map(([, shape]) => shape)) } };
    const sorted = shapes.toSorted(([a], [b]) => a < b ? -1 : 1);
    return {
      object: { fields: Object.fromEntries(sorted.map(([key, shape]) => [key, { shape }])) },
    };
  }

  return look(value, 0);
}

/** The shape of values of either shape; the order of merging makes no difference. */
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
  const asMap = () => ({ values: mergeShapes(valuesOf(a), valuesOf(b)) });
  if ("values" in a || "values" in b) return asMap();
  const [ours, theirs] = [a, b].map(({ fields }) => new Map(Object.entries(fields)));
  const keys = [...new Set([...ours!.keys(), ...theirs!.keys()])].sort();
  const common = ours!.size + theirs!.size - keys.length;
  const smaller = Math.min(ours!.size, theirs!.size);
  if (keys.length > MAX_FIELDS || smaller > 2 && common < LEAST_COMMON * smaller) return asMap();
  const fields = keys.map((key): [string, FieldShape] => {
    const [own, other] = [ours!.get(key), theirs!.get(key)];
    const shape = mergeShapes(own?.shape ?? NOTHING, other?.shape ?? NOTHING);
    const isOptional = !own || !other || own.optional || other.optional;
    return [key, { shape, ...(isOptional && { optional: true }) }];
  });
  return { fields: Object.fromEntries(fields) };
}

function valuesOf(object: ObjectShape): Shape {
  if ("values" in object) return object.values;
  return mergeAll(Object.values(object.fields).map(({ shape }) => shape));
}

type Entries = readonly (readonly [key: string, value: Shape])[];

/**
 * When the keys of an object are data and not the names of fields: a map by e-mail address, say.
 * Names of fields taken for data cost a name in a type; data taken for names would be kept.
 */
const DATA_KEY_RULES: readonly {
  readonly rule: string;
  readonly applies: (entries: Entries) => boolean;
}[] = [
  {
    rule: "A key is no identifier",
    applies: (entries) => entries.some(([key]) => !/^[A-Za-z_$][\w$-]{0,39}$/.test(key)),
  },
  {
    rule: "A key has a number in it, or is one in other digits",
    applies: (entries) =>
      entries.some(([key]) => /\d{3}|\d.*[a-z].*\d/i.test(key) || /^[\da-f]{8,}$/i.test(key)),
  },
  {
    rule: "Most keys are single words with a capital, as names are",
    applies: (entries) =>
      entries.filter(([key]) => /^[A-Z][a-z]+$/.test(key) && !isFieldWord(key)).length * 2 >
        entries.length,
  },
  {
    rule: "All values are of one kind, and few keys are common words for fields",
    applies: (entries) =>
      entries.length > 0 && isOneShape(entries) &&
      entries.filter(([key]) => isFieldWord(key)).length * 2 < entries.length,
  },
];

/** Whether all values that are not null are of one kind. */
function isOneShape(entries: Entries): boolean {
  const kinds = entries.map(([, { kinds = [], item, object }]) =>
    object ? "object" : item ? "list" : kinds.join()
  );
  return new Set(kinds.filter((kind) => kind !== "null")).size < 2;
}

/** Whether a key is a common word for a field, or several words run together, as few names are. */
function isFieldWord(key: string): boolean {
  const words = key.split(/[_$-]+|(?<=[a-z\d])(?=[A-Z])/).filter((word) => word !== "");
  return words.length > 1 || FIELD_WORDS.has(words[0]?.toLowerCase() ?? "");
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
