import type { Shape } from "./shape_of.ts";

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
