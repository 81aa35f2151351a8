import type { NumberGroup } from "./number_cluster.ts";
import { type Finding, type Scan, STRENGTH } from "./scan.ts";
import { ABOUT } from "./vocabulary.ts";

/**
 * The US social security number that groups of digits are, if they are one.
 *
 * @param about the bits of the nearest word before them that says what a number is
 */
export function readSsn(
  { text, marks }: Scan,
  groups: readonly NumberGroup[],
  about: number,
): Finding | undefined {
  const start = groups[0]!.start;
  const end = groups.at(-1)!.end;
  const written = text.slice(start, end);
  if (end - start < 9 || end - start > 11) return undefined;
  const isNamed = (about & (ABOUT.ssn | ABOUT.nationalId)) !== 0;
  const found = (strength: number, detector: string): Finding => ({
    kind: "SSN",
    start,
    end,
    strength,
    detector,
  });
  if (/^\d{3}-\d{2}-\d{4}$/.test(written)) {
    if (isNamed) return found(STRENGTH.labelled, "ssn.named");
    const isOther = isOfLongerNumber(text, start, end) || isCalledThing(text, marks, start);
    if (!isOther && /^(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)/.test(written)) {
      return found(STRENGTH.pattern, "ssn.dashes");
    }
  }
  return (about & ABOUT.ssn) !== 0 && /^\d{3}([ .]?)\d{2}\1\d{4}$/.test(written)
    ? found(STRENGTH.labelled, "ssn.named")
    : undefined;
}

/** "219-09-9999-01" and "12-219-09-9999". */
function isOfLongerNumber(text: string, start: number, end: number): boolean {
  return /^-\d/.test(text.slice(end, end + 2)) ||
    /\d-$/.test(text.slice(Math.max(0, start - 2), start));
}

const THING =
  /^(?:order|invoice|ticket|sku|part|tracking|shipment|batch|serial|model|article|item|build)s?$/i;
const THING_LINK = /^(?: ?(?:number|no\.?|num|nr\.?|id|code))? ?[#:=]{0,2} ?#?$/i;

const LONGEST_LINK = 14;

/** A number that the word for a thing calls is the thing's: "order number 123-45-6789". */
function isCalledThing(text: string, { keywords }: Scan["marks"], start: number): boolean {
  const { starts, ends } = keywords;
  for (let index = starts.firstAtLeast(start) - 1; index >= 0; index--) {
    if (start - ends.at(index) > LONGEST_LINK) return false;
    const isThing = THING.test(text.slice(starts.at(index), ends.at(index)));
    if (isThing && THING_LINK.test(text.slice(ends.at(index), start))) return true;
  }
  return false;
}
