import type { JsonObject, JsonType } from "../../text/json_value.ts";
import type { SchemaDraft } from "./normal_schema.ts";

const KEYWORDS: Readonly<Partial<Record<JsonType, readonly string[]>>> = {
  object: ["properties", "required", "additionalProperties", "patternProperties"],
  array: ["items", "prefixItems", "minItems", "maxItems", "uniqueItems"],
  string: ["pattern", "minLength", "maxLength"],
  number: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
};

/** The keywords that say which type is meant when `type` does not. */
export const TELLING_KEYWORDS: readonly string[] = Object.values(KEYWORDS).flat();

/** Gives a draft without types those that its keywords are for; any explicit type goes before. */
export function inferTypes(draft: SchemaDraft, source: JsonObject): void {
  if (draft.types || draft.values || Object.hasOwn(source, "type")) return;
  const types = (Object.keys(KEYWORDS) as JsonType[])
    .filter((type) => KEYWORDS[type]!.some((keyword) => Object.hasOwn(source, keyword)));
  if (types.length > 0) draft.likelyTypes = types;
}
