import { type Scan, STRENGTH } from "./scan.ts";

const CROSS = "[*xX•]";
/** Three, two and four signs, each group of digits or crossed out: `XXX-XX-2409`. */
const SSN = new RegExp(
  `(?=${CROSS}|\\d{3}-${CROSS}|\\d{3}-\\d\\d-${CROSS})(?:\\d{3}|${CROSS}{3})-(?:\\d\\d|${CROSS}{2})-(?:\\d{4}|${CROSS}{4})(?![\\w*•])`,
  "y",
);
/** Its first digits, what is crossed out, and its last: `4532 **** **** 7890`. */
const CARD = new RegExp(
  `[2-6]\\d{3}(?:[ -]?\\d\\d)?(?:[ -]?${CROSS}{2,12}){1,3}[ -]?\\d{4}(?![\\w*•])`,
  "y",
);
/** Nearly every text has none of these. */
const CROSSED = ["**", "XX", "xx", "••"];
const CARD_SIGNS = { fewest: 13, most: 20 };
/** How far before its last digits an SSN begins. */
const BEFORE_LAST = "XXX-XX-".length;

/** Numbers that are partly crossed out and still show digits of a card or of an SSN. */
export function findCrossedOut({ text, marks, wants, findings }: Scan): void {
  if (!CROSSED.some((signs) => text.includes(signs))) return;
  const { values: starts, length } = marks.digits.starts;
  const { values: ends } = marks.digits.ends;
  let last = 0;
  for (let index = 0; index < length; index++) {
    const digits = starts[index]!;
    const start = text.charCodeAt(digits - 1) === 0x2d && isCross(text, digits - 2)
      ? digits - BEFORE_LAST
      : digits;
    if (start < last || (start === digits && !isCrossedAfter(text, ends[index]!))) continue;
    const found = readCrossedOut(text, start);
    if (found === undefined || !wants(found.kind) || /[\w*•-]/.test(text[start - 1] ?? "")) {
      continue;
    }
    last = found.end;
    findings.push({ ...found, start, strength: STRENGTH.pattern, detector: "crossed_out" });
  }
}

function isCrossedAfter(text: string, end: number): boolean {
  const after = text.charCodeAt(end);
  return isCross(text, end) || ((after === 0x20 || after === 0x2d) && isCross(text, end + 1));
}

function isCross(text: string, place: number): boolean {
  const code = text.charCodeAt(place);
  // "*", "X", "x" and "•".
  return code === 0x2a || code === 0x58 || code === 0x78 || code === 0x2022;
}

function readCrossedOut(text: string, start: number): { kind: string; end: number } | undefined {
  if (start < 0) return undefined;
  SSN.lastIndex = CARD.lastIndex = start;
  const ssn = SSN.exec(text)?.[0];
  if (ssn !== undefined) return { kind: "SSN", end: start + ssn.length };
  const card = CARD.exec(text)?.[0];
  const signs = card?.replace(/[ -]/g, "").length ?? 0;
  return card === undefined || signs < CARD_SIGNS.fewest || signs > CARD_SIGNS.most
    ? undefined
    : { kind: "CARD", end: start + card.length };
}
