import { isJsonObject, JSON_TYPES, type JsonObject, type JsonType } from "../../text/json_value.ts";

/** A schema in the few words that all drafts and dialects come down to. */
export interface NormalSchema {
  /** As the server sent it: for docs and samples. */
  readonly source: JsonObject;
  readonly ref?: string;
  /** No value fits. */
  readonly impossible?: true;
  readonly types?: readonly JsonType[];
  /** The types where no schema for the same value has one. */
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

/** A schema to which the rules are being applied. */
export type SchemaDraft =
  & { -readonly [Key in keyof NormalSchema]: NormalSchema[Key] }
  & { choices?: (readonly unknown[])[] };

/** One thing that drafts and dialects say in different ways. */
export interface SchemaRule {
  readonly rule: string;
  /** The rule is for schemas that have one of these keywords. */
  readonly on: readonly string[];
  readonly apply: (draft: SchemaDraft, source: JsonObject) => void;
}

/** Whether the value is a list that is not empty. */
export function isFilledList(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.length > 0;
}

/** Whether the value can be a schema. */
export function isSchema(value: unknown): value is JsonObject | boolean {
  return typeof value === "boolean" || isJsonObject(value);
}

/** Names that servers write for the JSON types. */
const SPELLINGS: Readonly<Record<JsonType, string>> = {
  string: "string str text char date datetime date-time time uuid uri url email file binary bytes",
  number: "number integer int long short float double decimal bigint num int32 int64",
  boolean: "boolean bool",
  null: "null none nil",
  object: "object dict map record",
  array: "array list tuple set sequence",
};

const BY_SPELLING = new Map(
  JSON_TYPES.flatMap((type) => SPELLINGS[type].split(" ").map((name) => [name, type] as const)),
);

/** The JSON type that a schema's `type` names, if it is one. */
export function jsonTypeNamed(name: unknown): JsonType | undefined {
  return typeof name === "string" ? BY_SPELLING.get(name.toLowerCase()) : undefined;
}
