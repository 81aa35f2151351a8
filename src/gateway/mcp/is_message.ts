/**
 * Whether a value is a message of JSON-RPC. A batch is none: no revision that is spoken over standard
 * input has them.
 */
export function isMessage(value: unknown): boolean {
  if (!isObject(value) || value.jsonrpc !== "2.0") return false;
  const hasId = typeof value.id === "string" || Number.isSafeInteger(value.id);
  if (typeof value.method === "string") {
    return (hasId || value.id === undefined) &&
      (value.params === undefined || isObject(value.params));
  }
  return hasId && (isObject(value.result) || isObject(value.error));
}

/** The id of what may be a message; null where it has none. */
export function idOf(value: unknown): string | number | null {
  if (!isObject(value)) return null;
  const { id } = value;
  return typeof id === "string" || typeof id === "number" ? id : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
