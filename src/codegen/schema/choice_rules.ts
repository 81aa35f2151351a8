import { isJsonObject, JSON_TYPES, type JsonObject, ownValue } from "../../text/json_value.ts";
import {
  isFilledList,
  isSchema,
  jsonTypeNamed,
  type SchemaDraft,
  type SchemaRule,
} from "./normal_schema.ts";

/** Keywords whose values are other schemas for the same value. */
export const CHOICE_RULES: readonly SchemaRule[] = [
  {
    rule: "A list of types may hold schemas, which are a choice",
    on: ["type"],
    apply(draft, { type }) {
      if (!Array.isArray(type) || !type.some(isJsonObject)) return;
      addChoice(draft, type.map((each) => isJsonObject(each) ? each : { type: each }));
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
];

function addChoice(draft: SchemaDraft, branches: readonly unknown[]): void {
  (draft.choices ??= []).push(branches);
}

/** More branches are not compared with each other. */
const MAX_COMPARED_BRANCHES = 16;

/**
 * A branch of `oneOf` that only asks for properties, without those that would make another such
 * branch fit as well.
 */
function lackingOthers(branch: unknown, place: number, branches: readonly unknown[]): unknown {
  const own = onlyRequired(branch);
  if (!own || branches.length > MAX_COMPARED_BRANCHES) return branch;
  const lacking = branches
    .filter((_, other) => other !== place)
    .map((other) => onlyRequired(other)?.filter((name) => !own.includes(name)) ?? [])
    // Of several names that another branch asks for, it would be enough to lack one.
    .filter((names) => names.length === 1);
  if (lacking.length === 0) return branch;
  return { required: own, ...withoutProperties(lacking.flat()) };
}

/** A schema of objects without the named properties. */
function withoutProperties(names: readonly string[]): JsonObject {
  return { properties: Object.fromEntries(names.map((name) => [name, false])) };
}

/** The two ways in which a property and what it depends on can go together. */
function absentOrWith(name: string, needs: unknown): unknown[] {
  const absent = withoutProperties([name]);
  if (Array.isArray(needs)) {
    const names = needs.filter((need) => typeof need === "string");
    return [absent, { required: [name, ...names] }];
  }
  return [absent, { required: [name], allOf: [needs] }];
}

function onlyRequired(branch: unknown): string[] | undefined {
  if (!isJsonObject(branch) || !Array.isArray(branch.required)) return undefined;
  if (!Object.keys(branch).every((key) => BESIDE_REQUIRED.has(key))) return undefined;
  return branch.required.filter((name) => typeof name === "string");
}

/** Keywords that ask for nothing beside `required`. */
const BESIDE_REQUIRED = new Set(["required", "title", "description", "type"]);

/** Takes the values that `not` describes from the draft, where a TypeScript type can express it. */
export function excludeNot(draft: SchemaDraft, not: unknown, depth = 0): void {
  if (not === true) draft.impossible = true;
  if (!isJsonObject(not) || depth > 8) return;
  const keywords = Object.keys(not).filter((keyword) => keyword !== "description");
  if (keywords.length === 0) draft.impossible = true;
  if (keywords.length !== 1) return;
  EXCLUDE.get(keywords[0]!)?.(draft, ownValue(not, keywords[0]!), depth);
}

/** By the only keyword that the excluded schema has. */
const EXCLUDE = new Map<string, (draft: SchemaDraft, value: unknown, depth: number) => void>([
  ["anyOf", (draft, branches, depth) => {
    if (Array.isArray(branches)) branches.forEach((each) => excludeNot(draft, each, depth + 1));
  }],
  ["const", (draft, value) => excludeValues(draft, [value])],
  ["enum", (draft, values) => {
    if (Array.isArray(values)) excludeValues(draft, values);
  }],
  ["required", (draft, names) => {
    if (!isFilledList(names) || !names.every((name) => typeof name === "string")) return;
    addChoice(draft, names.map((name) => withoutProperties([name])));
  }],
  ["type", (draft, named) => {
    const names = Array.isArray(named) ? named : [named];
    // A number that is no integer would still fit; TypeScript does not tell them apart.
    if (names.includes("integer")) return;
    const excluded = names.map(jsonTypeNamed);
    draft.types = (draft.types ?? JSON_TYPES).filter((type) => !excluded.includes(type));
  }],
]);

function excludeValues(draft: SchemaDraft, values: readonly unknown[]): void {
  draft.excludedValues = [...(draft.excludedValues ?? []), ...values];
}
