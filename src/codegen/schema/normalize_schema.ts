import { isJsonObject, type JsonObject, type JsonType } from "../../text/json_value.ts";
import { CHOICE_RULES, excludeNot } from "./choice_rules.ts";
import {
  isFilledList,
  isSchema,
  jsonTypeNamed,
  type NormalSchema,
  type SchemaDraft,
  type SchemaRule,
} from "./normal_schema.ts";

/** Keywords for a value of any type. */
const VALUE_RULES: readonly SchemaRule[] = [
  {
    rule: "A dynamic reference is a reference",
    on: ["$ref", "$dynamicRef", "$recursiveRef"],
    apply(draft, { $ref, $dynamicRef, $recursiveRef }) {
      const ref = [$ref, $dynamicRef, $recursiveRef].find((ref) => typeof ref === "string");
      if (ref !== undefined) draft.ref = ref;
    },
  },
  {
    rule: "A type has one of the JSON names, however it is spelled",
    on: ["type"],
    apply(draft, { type }) {
      const names = (Array.isArray(type) ? type : [type]).map(jsonTypeNamed);
      const known = names.filter((name) => name !== undefined);
      if (known.length > 0 && known.length === names.length) draft.types = [...new Set(known)];
    },
  },
  {
    rule: "A const is a list of one value",
    on: ["const"],
    apply(draft, source) {
      draft.values = [source.const];
    },
  },
  {
    rule: "An empty list of values says nothing",
    on: ["enum"],
    apply(draft, source) {
      if (!draft.values && isFilledList(source.enum)) draft.values = source.enum;
    },
  },
  {
    rule: "Nullable adds null",
    on: ["nullable"],
    apply(draft, { nullable }) {
      if (nullable !== true) return;
      if (draft.types) draft.types = [...new Set([...draft.types, "null" as const])];
      if (draft.values) draft.values = [...draft.values, null];
    },
  },
];

const isCount = (value: unknown): value is number => typeof value === "number" && value >= 0;

const LIST_RULES: readonly SchemaRule[] = [
  {
    rule: "Items in a list are a tuple",
    on: ["items", "prefixItems", "additionalItems", "unevaluatedItems"],
    apply(draft, { items, prefixItems, additionalItems, unevaluatedItems }) {
      const prefix = [prefixItems, items].find(isFilledList);
      if (prefix) draft.prefix = prefix;
      const others = Array.isArray(items) ? additionalItems : items;
      const rest = [others, unevaluatedItems].find(isSchema);
      if (rest !== undefined) draft.items = rest;
    },
  },
  {
    rule: "A list has a length between its bounds",
    on: ["minItems", "maxItems"],
    apply(draft, { minItems, maxItems }) {
      if (isCount(minItems)) draft.minItems = minItems;
      if (isCount(maxItems)) draft.maxItems = maxItems;
    },
  },
];

const OBJECT_RULES: readonly SchemaRule[] = [
  {
    rule: "Properties are an object of schemas",
    on: ["properties"],
    apply(draft, { properties }) {
      if (isJsonObject(properties)) draft.properties = properties;
    },
  },
  {
    rule: "Required is a list of names",
    on: ["required"],
    apply(draft, { required }) {
      if (!Array.isArray(required)) return;
      draft.required = required.filter((name) => typeof name === "string");
    },
  },
  {
    rule: "A property that says required: true is required",
    on: ["properties"],
    apply(draft) {
      const saying = Object.entries(draft.properties ?? {})
        .filter(([, property]) => isJsonObject(property) && property.required === true);
      if (saying.length === 0) return;
      draft.required = [...(draft.required ?? []), ...saying.map(([name]) => name)];
    },
  },
  {
    rule: "What is not evaluated is additional",
    on: ["additionalProperties", "unevaluatedProperties"],
    apply(draft, { additionalProperties, unevaluatedProperties }) {
      const additional = [additionalProperties, unevaluatedProperties].find(isSchema);
      if (additional !== undefined) draft.additional = isNothing(additional) ? false : additional;
    },
  },
  {
    rule: "Patterns of names are additional properties",
    on: ["patternProperties"],
    apply(draft, { patternProperties }) {
      if (isJsonObject(patternProperties)) draft.patterns = Object.values(patternProperties);
    },
  },
  {
    rule: "Names from a list are properties",
    on: ["propertyNames"],
    apply(draft, { propertyNames }) {
      const names = isJsonObject(propertyNames) ? propertyNames.enum : undefined;
      if (draft.properties || !isFilledList(names) || draft.additional === false) return;
      const value = draft.additional ?? true;
      draft.properties = Object.fromEntries(
        names.filter((name) => typeof name === "string").map((name) => [name, value]),
      );
      draft.additional = false;
      draft.likelyTypes = ["object"];
    },
  },
  {
    rule: "No properties at most is closed",
    on: ["maxProperties"],
    apply(draft, { maxProperties }) {
      if (maxProperties === 0) draft.additional = false;
    },
  },
];

/** `{ not: {} }`, another way to write `false`. */
function isNothing(schema: JsonObject | boolean): boolean {
  if (!isJsonObject(schema) || Object.keys(schema).join() !== "not") return false;
  return schema.not === true || isJsonObject(schema.not) && Object.keys(schema.not).length === 0;
}

/** Keywords that tell the type of a schema without `type`. */
const KEYWORDS: Readonly<Partial<Record<JsonType, readonly string[]>>> = {
  object: ["properties", "required", "additionalProperties", "patternProperties"],
  array: ["items", "prefixItems", "minItems", "maxItems", "uniqueItems"],
  string: ["pattern", "minLength", "maxLength"],
  number: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
};

/** Gives a draft without types those that its keywords are for; any explicit type goes before. */
function inferTypes(draft: SchemaDraft, source: JsonObject): void {
  if (draft.types || draft.values || Object.hasOwn(source, "type")) return;
  const types = (Object.keys(KEYWORDS) as JsonType[])
    .filter((type) => KEYWORDS[type]!.some((keyword) => Object.hasOwn(source, keyword)));
  if (types.length > 0) draft.likelyTypes = types;
}

/** In the order of application; a rule sees the result of those before it. */
const RULES: readonly SchemaRule[] = [
  ...VALUE_RULES,
  ...OBJECT_RULES,
  ...LIST_RULES,
  ...CHOICE_RULES,
  {
    rule: "A missing type is what its keywords are for",
    on: Object.values(KEYWORDS).flat(),
    apply: inferTypes,
  },
  {
    rule: "What a schema is not is taken away",
    on: ["not"],
    apply: (draft, { not }) => excludeNot(draft, not),
  },
];

/** A schema of any draft or dialect, or any other JSON, in the words of {@linkcode NormalSchema}. */
export function normalizeSchema(schema: unknown): NormalSchema {
  if (schema === false) return { source: {}, impossible: true };
  if (!isJsonObject(schema)) return { source: {} };
  const draft: SchemaDraft = { source: schema };
  for (const { on, apply } of RULES) {
    if (on.some((keyword) => Object.hasOwn(schema, keyword))) apply(draft, schema);
  }
  return draft;
}
