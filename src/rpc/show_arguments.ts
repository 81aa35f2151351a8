import { truncateMasked } from "../privacy/mask/truncate_masked.ts";
import { withoutLastWord } from "../privacy/mask/without_last_word.ts";
import type { RunDoor } from "../privacy/run_door.ts";

/** Longer arguments are not looked through whole: nobody sees more than their beginning. */
const MAX_WHOLE_CHARACTERS = 4_096;
const SHOWN_CHARACTERS = 200;

/**
 * The beginning of a call's arguments, as JSON, as it is written down and shown to people: masked
 * first and cut then, for half a value is found by nothing.
 */
export function showArguments(
  input: unknown,
  door: Pick<RunDoor, "sayNow" | "sayValueNow">,
): string {
  const text = JSON.stringify(input) ?? "null";
  const masked = text.length <= MAX_WHOLE_CHARACTERS
    ? JSON.stringify(door.sayValueNow(input)) ?? "null"
    : withoutLastWord(door.sayNow(text.slice(0, MAX_WHOLE_CHARACTERS)));
  if (masked.length <= SHOWN_CHARACTERS) return masked;
  return `${truncateMasked(masked, SHOWN_CHARACTERS).toWellFormed()}…`;
}
