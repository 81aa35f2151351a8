const KEY_BYTES = 32;

/** A key that seals what clients keep between two calls. */
export function newStateKey(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(KEY_BYTES));
}
