import { absentOrWith, lackingOthers } from "./choice_branches.ts";
import { isJsonObject } from "../../text/json_value.ts";
import type { SchemaDraft } from "./normal_schema.ts";
import { isFilledList, isSchema, type SchemaRule } from "./schema_rule.ts";

/** What a schema says by other schemas for the same value. */
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
