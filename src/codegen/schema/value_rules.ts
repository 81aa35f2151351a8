import { jsonTypeNamed } from "./json_type_named.ts";
import { isFilledList, type SchemaRule } from "./schema_rule.ts";

/** What a schema says about a value of any type. */
export const VALUE_RULES: readonly SchemaRule[] = [
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
