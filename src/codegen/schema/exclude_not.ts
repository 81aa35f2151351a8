import { isJsonObject, JSON_TYPES, ownValue } from "../../text/json_value.ts";
import { jsonTypeNamed } from "./json_type_named.ts";
import type { SchemaDraft } from "./normal_schema.ts";
import { isFilledList } from "./schema_rule.ts";

/** Takes what `not` describes away from the draft, where a TypeScript type can say so. */
export function excludeNot(draft: SchemaDraft, not: unknown, depth = 0): void {
  if (not === true) draft.impossible = true;
  if (!isJsonObject(not) || depth > 8) return;
  const keywords = Object.keys(not).filter((keyword) => keyword !== "description");
  if (keywords.length === 0) draft.impossible = true;
  if (keywords.length !== 1) return;
  EXCLUDE.get(keywords[0]!)?.(draft, ownValue(not, keywords[0]!), depth);
}

type Exclude = (draft: SchemaDraft, value: unknown, depth: number) => void;

/** By the only keyword that the excluded schema has. */
const EXCLUDE: ReadonlyMap<string, Exclude> = new Map<string, Exclude>([
  ["anyOf", (draft, branches, depth) => {
    if (Array.isArray(branches)) branches.forEach((each) => excludeNot(draft, each, depth + 1));
  }],
  ["const", (draft, value) => excludeValues(draft, [value])],
  ["enum", (draft, values) => {
    if (Array.isArray(values)) excludeValues(draft, values);
  }],
  ["required", (draft, names) => {
    if (!isFilledList(names) || !names.every((name) => typeof name === "string")) return;
    const lacking = names.map((name) => ({ properties: Object.fromEntries([[name, false]]) }));
    (draft.choices ??= []).push(lacking);
  }],
  ["type", (draft, named) => {
    const names = Array.isArray(named) ? named : [named];
    // A number that is no integer would still fit, and our types do not tell them apart.
    if (names.includes("integer")) return;
    const excluded = names.map(jsonTypeNamed);
    draft.types = (draft.types ?? JSON_TYPES).filter((type) => !excluded.includes(type));
  }],
]);

function excludeValues(draft: SchemaDraft, values: readonly unknown[]): void {
  draft.excludedValues = [...(draft.excludedValues ?? []), ...values];
}
