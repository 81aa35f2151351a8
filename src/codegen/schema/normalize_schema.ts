import { CHOICE_RULES } from "./choice_rules.ts";
import { excludeNot } from "./exclude_not.ts";
import { inferTypes, TELLING_KEYWORDS } from "./infer_types.ts";
import { isJsonObject } from "../../text/json_value.ts";
import { LIST_RULES } from "./list_rules.ts";
import type { NormalSchema, SchemaDraft } from "./normal_schema.ts";
import { OBJECT_RULES } from "./object_rules.ts";
import type { SchemaRule } from "./schema_rule.ts";
import { VALUE_RULES } from "./value_rules.ts";

/** In this order; a rule sees what those before it did. */
const RULES: readonly SchemaRule[] = [
  ...VALUE_RULES,
  ...OBJECT_RULES,
  ...LIST_RULES,
  ...CHOICE_RULES,
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
