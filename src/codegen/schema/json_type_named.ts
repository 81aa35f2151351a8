import { JSON_TYPES, type JsonType } from "../../text/json_value.ts";

/** What servers write for the JSON types. */
const SPELLINGS: Readonly<Record<JsonType, string>> = {
  string: "string str text char date datetime date-time time uuid uri url email file binary bytes",
  number: "number integer int long short float double decimal bigint num int32 int64",
  boolean: "boolean bool",
  null: "null none nil",
  object: "object dict map record",
  array: "array list tuple set sequence",
};

const BY_SPELLING: ReadonlyMap<string, JsonType> = new Map(
  JSON_TYPES.flatMap((type) => SPELLINGS[type].split(" ").map((name) => [name, type] as const)),
);

/** The JSON type that a schema's `type` names, if it is one. */
export function jsonTypeNamed(name: unknown): JsonType | undefined {
  return typeof name === "string" ? BY_SPELLING.get(name.toLowerCase()) : undefined;
}
