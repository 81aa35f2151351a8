import { truncateMasked, withoutLastWord } from "../privacy/mask/cut_masked.ts";
import type { WholeArguments } from "../model/recorded_call.ts";
import { withTurns } from "../work/host_turns.ts";
import { jsonPieces } from "../text/write_json.ts";
import type { RunPrivacy } from "../privacy/run_privacy.ts";

/** Longer arguments are cut before they are masked: only their beginning is shown. */
const MAX_WHOLE_CHARACTERS = 4_096;
const SHOWN_CHARACTERS = 200;

/**
 * The beginning of a call's arguments, as JSON, as it is written down and shown to people: masked
 * first and cut then, for half a value is found by nothing.
 */
export async function showArguments(
  input: unknown,
  privacy: Pick<RunPrivacy, "maskOutbound" | "maskOutboundJson">,
): Promise<string> {
  const text = beginningOf(input, MAX_WHOLE_CHARACTERS + 1);
  const masked = text.length <= MAX_WHOLE_CHARACTERS
    ? await privacy.maskOutboundJson(text)
    : withoutLastWord(await privacy.maskOutbound(text.slice(0, MAX_WHOLE_CHARACTERS)));
  if (masked.length <= SHOWN_CHARACTERS) return masked;
  return `${truncateMasked(masked, SHOWN_CHARACTERS).toWellFormed()}…`;
}

/** As much of the JSON of a value as is asked for, or a little more. */
function beginningOf(input: unknown, characters: number): string {
  let text = "";
  for (const piece of jsonPieces(input)) {
    text += piece;
    if (text.length >= characters) break;
  }
  return text;
}

/** Characters that a person can read before deciding. */
const MAX_READ_CHARACTERS = 256 * 1024;
const WITHHELD = /\[WITHHELD(?::[A-Z_]{1,20})?\]/g;

/** Options of {@linkcode showAllArguments}. */
interface ShowAllArgumentsOptions {
  readonly privacy: Pick<RunPrivacy, "maskOutbound" | "maskOutboundJson">;
  /** Whose turns the work takes. */
  readonly principal: string;
}

/** All of a call's arguments, as JSON, masked; what cannot be shown whole says so. */
export async function showAllArguments(
  input: unknown,
  { privacy, principal }: ShowAllArgumentsOptions,
): Promise<WholeArguments> {
  const length = await withTurns(lengthOf(input), principal);
  if (length > MAX_READ_CHARACTERS) {
    return {
      text: await showArguments(input, privacy),
      unseen: `its arguments have ${length} characters, more than ${MAX_READ_CHARACTERS}`,
    };
  }
  const text = beginningOf(input, length);
  const masked = await privacy.maskOutboundJson(text);
  const count = (shown: string) => shown.match(WITHHELD)?.length ?? 0;
  return count(masked) > count(text)
    ? { text: masked, unseen: "a part of its arguments is withheld" }
    : { text: masked };
}

/** Length of the JSON of a value. */
function* lengthOf(input: unknown): Generator<void, number> {
  let length = 0;
  for (const piece of jsonPieces(input)) {
    length += piece.length;
    yield;
  }
  return length;
}
