import { fitsKind, looksRandom } from "./fits_kind.ts";
import { isIban } from "./find_iban.ts";
import { isLikelyName } from "./is_likely_name.ts";
import type { KeyHint } from "./key_phrases.ts";

/** What stands beside a value and tells what it is. */
export interface ChooseKindOptions {
  /** Whether the fields beside it are a person's: an e-mail, a phone, a date of birth. */
  readonly isBesidePerson?: boolean;
  /** Whether it is a number and no text: a session's or a token's number is a count or an id. */
  readonly isNumber?: boolean;
}

/** Begins with a capital, or with a letter of a script without any, or has several words. */
const NAME_SHAPE = /^[\p{Lu}\p{Lo}]|^\p{L}+ \p{L}/u;
/** An address of the net without a long random part: a field for keys may hold where to get them. */
const PLAIN_URL = /^[a-z][a-z+.-]{1,20}:\/\/(?!.*[\w-]{20})/i;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** The kind of a whole value whose key gives hints; nothing when the value fits none of them. */
export function chooseKind(
  hints: readonly KeyHint[],
  value: string,
  { isBesidePerson = false, isNumber = false }: ChooseKindOptions = {},
): string | undefined {
  for (const { kind, certainty } of hints) {
    if (!fitsKind(kind, value)) continue;
    if (kind === "SECRET" && PLAIN_URL.test(value)) continue;
    if (certainty === "likely") {
      const isName = isBesidePerson ? NAME_SHAPE.test(value) : isLikelyName(value);
      if (kind === "PERSON" && !isName) continue;
      if (kind === "SECRET" && (isNumber || !looksRandom(value) || EMAIL.test(value))) continue;
    }
    return refine(kind, value);
  }
  return undefined;
}

/** A field for accounts may hold an IBAN, and one for users an e-mail address. */
function refine(kind: string, value: string): string {
  if (kind !== "SECRET" && EMAIL.test(value)) return "EMAIL";
  if ((kind === "ACCOUNT" || kind === "CARD") && isIban(value.replace(/[\s-]/g, ""))) return "IBAN";
  return kind;
}
