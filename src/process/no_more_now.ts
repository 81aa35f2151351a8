import { AirlockError } from "../model/errors.ts";

/** Errors of a machine that has no descriptor, process or memory left at this moment. */
const CODES = new Set(["EMFILE", "ENFILE", "EAGAIN", "ENOMEM"]);
const WORDS = /\(os error (?:11|12|23|24|35)\)/;

/** Tells whether something failed only because the machine has no more to give now. */
export function isNoMoreNow(error: unknown): boolean {
  const seen = new Set<unknown>();
  for (let at = error; at instanceof Error && !seen.has(at); at = at.cause) {
    seen.add(at);
    if (CODES.has(String((at as { code?: unknown }).code)) || WORDS.test(at.message)) return true;
  }
  return false;
}

/** Returns the error unchanged, or BUSY where the machine has no more to give now. */
export function busyWhereNoMore(error: unknown, action: string): unknown {
  if (!isNoMoreNow(error)) return error;
  return new AirlockError("BUSY", `${action}: the machine has no room for it now`, {
    cause: error,
    hint: "Ask again in a moment",
  });
}
