import { fitsKind, looksRandom } from "./fits_kind.ts";
import { isIban } from "./find_iban.ts";
import { isLikelyName } from "./is_likely_name.ts";
import type { KeyHint } from "./key_hint.ts";

/** What stands beside a value and tells what it is. */
export interface ChooseKindOptions {
  /** Whether the fields beside it are a person's: an e-mail, a phone, a date of birth. */
  readonly isBesidePerson?: boolean;
}

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** The kind of a whole value whose key gives hints; nothing when the value fits none of them. */
export function chooseKind(
  hints: readonly KeyHint[],
  value: string,
  { isBesidePerson = false }: ChooseKindOptions = {},
): string | undefined {
  for (const { kind, certainty } of hints) {
    if (!fitsKind(kind, value)) continue;
    if (certainty === "likely") {
      if (kind === "PERSON" && !isBesidePerson && !isLikelyName(value)) continue;
      if (kind === "SECRET" && (!looksRandom(value) || EMAIL.test(value))) continue;
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
