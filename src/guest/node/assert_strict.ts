/**
 * `node:assert/strict` of a program: `node:assert`, with comparisons that are all strict.
 *
 * @module
 */
export {
  AssertionError,
  deepStrictEqual,
  deepStrictEqual as deepEqual,
  doesNotMatch,
  doesNotReject,
  doesNotThrow,
  fail,
  ifError,
  match,
  notDeepStrictEqual,
  notDeepStrictEqual as notDeepEqual,
  notStrictEqual,
  notStrictEqual as notEqual,
  ok,
  partialDeepStrictEqual,
  rejects,
  strict,
  strict as default,
  strictEqual,
  strictEqual as equal,
  throws,
} from "./assert.ts";
