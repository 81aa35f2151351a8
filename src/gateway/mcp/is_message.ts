import { isJsonObject } from "../../text/json_value.ts";

/**
 * Whether a value is a message of JSON-RPC. A batch is none: no revision that is spoken over standard
 * input has them.
 */
export function isMessage(value: unknown): boolean {
  if (!isJsonObject(value) || value.jsonrpc !== "2.0") return false;
  const hasId = typeof value.id === "string" || Number.isSafeInteger(value.id);
  if (typeof value.method === "string") {
    return (hasId || value.id === undefined) &&
      (value.params === undefined || isJsonObject(value.params));
  }
  return hasId && (isJsonObject(value.result) || isJsonObject(value.error));
}

/** The id of what may be a message; null where it has none. */
export function idOf(value: unknown): string | number | null {
  if (!isJsonObject(value)) return null;
  const { id } = value;
  return typeof id === "string" || typeof id === "number" ? id : null;
}
