import type { JsonObject, JsonType } from "../../text/json_value.ts";

/** A schema in the few words that all drafts and dialects come down to. */
export interface NormalSchema {
  /** As the server sent it: for docs and samples. */
  readonly source: JsonObject;
  readonly ref?: string;
  /** No value fits. */
  readonly impossible?: true;
  readonly types?: readonly JsonType[];
  /** What is meant where no schema for the same value says a type. */
  readonly likelyTypes?: readonly JsonType[];
  readonly values?: readonly unknown[];
  readonly excludedValues?: readonly unknown[];
  readonly properties?: JsonObject;
  readonly required?: readonly string[];
  readonly additional?: unknown;
  readonly patterns?: readonly unknown[];
  readonly prefix?: readonly unknown[];
  readonly items?: unknown;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly allOf?: readonly unknown[];
  /** Of each list at least one branch fits. */
  readonly choices?: readonly (readonly unknown[])[];
  readonly condition?: Condition;
}

/** `if`, `then` and `else`. */
export interface Condition {
  readonly when: unknown;
  readonly then: unknown;
  readonly otherwise: unknown;
}

/** A schema on its way through the rules. */
export type SchemaDraft =
  & { -readonly [Key in keyof NormalSchema]: NormalSchema[Key] }
  & { choices?: (readonly unknown[])[] };
