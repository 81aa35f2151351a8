import { isFilledList, isSchema, type SchemaRule } from "./schema_rule.ts";

/** What a schema says about lists. */
export const LIST_RULES: readonly SchemaRule[] = [
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
];

function isCount(value: unknown): value is number {
  return typeof value === "number" && value >= 0;
}
