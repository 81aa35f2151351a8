import { isJsonObject, type JsonObject } from "../../text/json_value.ts";
import type { SchemaDraft } from "./normal_schema.ts";

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
