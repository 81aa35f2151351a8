import { absentOrWith, lackingOthers } from "./choice_branches.ts";
import { excludeNot } from "./exclude_not.ts";
import { inferTypes, TELLING_KEYWORDS } from "./infer_types.ts";
import { jsonTypeNamed } from "./json_type_named.ts";
import { isJsonObject, type JsonObject } from "./json_value.ts";
import type { NormalSchema, SchemaDraft } from "./normal_schema.ts";

interface Rule {
  readonly rule: string;
  /** The rule is for schemas that have one of these keywords. */
  readonly on: readonly string[];
  readonly apply: (draft: SchemaDraft, source: JsonObject) => void;
}

/** In this order; a rule sees what those before it did. */
const RULES: readonly Rule[] = [
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
    rule: "A list of types may hold schemas, which are a choice",
    on: ["type"],
    apply(draft, { type }) {
      if (!Array.isArray(type) || !type.some(isJsonObject)) return;
      addChoice(draft, type.map((each) => isJsonObject(each) ? each : { type: each }));
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
      if (additional !== undefined) draft.additional = additional;
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
  {
    rule: "Items in a list are a tuple",
    on: ["items", "prefixItems", "additionalItems", "unevaluatedItems"],
    apply(draft, { items, prefixItems, additionalItems, unevaluatedItems }) {
      const prefix = [prefixItems, items].find(isFilledList);
      if (prefix) draft.prefix = prefix;
      const rest = [Array.isArray(items) ? additionalItems : items, unevaluatedItems].find(
        isSchema,
      );
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
  {
    rule: "Extends is allOf",
    on: ["allOf", "extends"],
    apply(draft, { allOf, extends: bases }) {
      const parts = [allOf, Array.isArray(bases) ? bases : [bases]].filter(isFilledList).flat();
      const saying = parts.filter(isSchema);
      if (saying.length > 0) draft.allOf = saying;
    },
  },
  {
    rule: "Branches of which one may fit are told apart by what they lack",
    on: ["oneOf"],
    apply(draft, { oneOf }) {
      if (isFilledList(oneOf)) addChoice(draft, oneOf.map(lackingOthers));
    },
  },
  {
    rule: "An empty list of branches says nothing",
    on: ["anyOf"],
    apply(draft, { anyOf }) {
      if (isFilledList(anyOf)) addChoice(draft, anyOf);
    },
  },
  {
    rule: "A property that depends on others is absent, or they are there",
    on: ["dependencies", "dependentRequired", "dependentSchemas"],
    apply(draft, { dependencies, dependentRequired, dependentSchemas }) {
      for (const dependents of [dependencies, dependentRequired, dependentSchemas]) {
        if (!isJsonObject(dependents)) continue;
        Object.entries(dependents)
          .forEach(([name, needs]) => addChoice(draft, absentOrWith(name, needs)));
      }
    },
  },
  {
    rule: "If, then and else are a condition",
    on: ["then", "else"],
    apply(draft, { if: when, then, else: otherwise }) {
      if (!isSchema(when)) return;
      draft.condition = { when, then: then ?? true, otherwise: otherwise ?? true };
    },
  },
  {
    rule: "A missing type is what its keywords are for",
    on: TELLING_KEYWORDS,
    apply: inferTypes,
  },
  {
    rule: "What a schema is not is taken away",
    on: ["not"],
    apply(draft, { not }) {
      excludeNot(draft, not);
    },
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

function addChoice(draft: SchemaDraft, branches: readonly unknown[]): void {
  (draft.choices ??= []).push(branches);
}

function isFilledList(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.length > 0;
}

function isSchema(value: unknown): value is JsonObject | boolean {
  return typeof value === "boolean" || isJsonObject(value);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && value >= 0;
}
