import { isJsonObject, type JsonObject } from "../../text/json_value.ts";
import { isFilledList, isSchema, type SchemaRule } from "./schema_rule.ts";

/** What a schema says about objects. */
export const OBJECT_RULES: readonly SchemaRule[] = [
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
