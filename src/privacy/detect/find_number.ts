import {
  cardNetwork,
  isCard,
  isExcludedNumber,
  isPhone,
  passesLuhn,
  readSsn,
} from "./number_kinds.ts";
import {
  clusterGroups,
  countDigits,
  type NumberCluster,
  type NumberGroup,
  readNumberCluster,
  trimCluster,
} from "./number_cluster.ts";
import { type Finding, type Scan, STRENGTH } from "./scan.ts";
import { ABOUT } from "./vocabulary.ts";

/** Shorter numbers are nothing that is looked for. */
const FEWEST_DIGITS = 6;
const SHORTEST_CARD = 12;
const LONGEST_CARD = 19;
/** How far before a number the words reach that say what it is, in characters. */
const REACH_BEFORE = 45;
const REACH_AFTER = 12;
/** What a signature writes behind a phone number. */
const PHONE_AFTER =
  /^(?: ?x?\d*)?[ -]?\(?(?:office|fax|mobile|cell|home|work|desk|phone|tel|mob)\b/i;
/** Words that say what a number is. The nearest one decides. */
const DECIDING = ABOUT.card | ABOUT.phone | ABOUT.calling | ABOUT.ssn | ABOUT.bank |
  ABOUT.passport |
  ABOUT.licence | ABOUT.nationalId | ABOUT.medical | ABOUT.zip | ABOUT.reference | ABOUT.version;

/** Cards, phones and US social security numbers among clusters of digits. */
export function findNumber(scan: Scan, { regions }: { readonly regions: readonly string[] }): void {
  const { digits } = scan.marks;
  let index = 0;
  while (index < digits.length) {
    const whole = readNumberCluster(scan.text, digits, index);
    if (countDigits(digits, whole) < FEWEST_DIGITS) {
      index = whole.next;
      continue;
    }
    const cluster = trimCluster(scan.text, digits, whole);
    if (countDigits(digits, cluster) < FEWEST_DIGITS || isPlain(scan, cluster)) {
      index = whole.next;
    } else {
      index = cluster.index + readCluster(scan, clusterGroups(scan.text, digits, cluster), regions);
    }
  }
}

/** A number without separators is nothing by itself, unless it is as long as a card's or led by `+`. */
function isPlain(scan: Scan, { index, next }: NumberCluster): boolean {
  const { starts, ends } = scan.marks.digits;
  const start = starts.at(index);
  if (next - index > 1 || ends.at(index) - start >= SHORTEST_CARD) return false;
  const before = scan.text[start - 1];
  if (before === "+" || before === "(") return false;
  return nearestBefore(scan, start) === 0 &&
    !isBeforePhoneWord(scan.text, ends.at(index));
}

function isBeforePhoneWord(text: string, end: number): boolean {
  // Between digits there is no word, which is told faster than by the pattern.
  for (let place = end; place < end + REACH_AFTER; place++) {
    if ((text.charCodeAt(place) | 0x20) >= 0x61) {
      return PHONE_AFTER.test(text.slice(end, end + REACH_AFTER));
    }
  }
  return false;
}

/** Looks for the longest number from the first group on; gives how many groups are dealt with. */
function readCluster(
  scan: Scan,
  groups: readonly NumberGroup[],
  regions: readonly string[],
): number {
  let digits = groups.reduce((sum, { start, end }) => sum + end - start, 0);
  const before = nearestBefore(scan, groups[0]!.start);
  for (let count = groups.length; count > 0; count--) {
    const part = groups.slice(0, count);
    if (count > 1 && isExcludedNumber(scan.text, part)) return count;
    const finding = digits < FEWEST_DIGITS ? undefined : decide(scan, part, { before, regions });
    const last = groups[count - 1]!;
    digits -= last.end - last.start;
    if (finding !== undefined) {
      if (scan.wants(finding.kind)) scan.findings.push(finding);
      return count;
    }
  }
  return 1;
}

function decide(
  scan: Scan,
  groups: readonly NumberGroup[],
  { before, regions }: { before: number; regions: readonly string[] },
): Finding | undefined {
  const about = before || (isBeforePhoneWord(scan.text, groups.at(-1)!.end) ? ABOUT.phone : 0);
  return asCard(scan.text, groups, about) ?? readSsn(scan, groups, about) ??
    asPhone(scan, groups, { about, regions });
}

function nearestBefore({ marks }: Scan, place: number): number {
  const { starts, ends, bits } = marks.keywords;
  for (let index = starts.firstAtLeast(place) - 1; index >= 0; index--) {
    if (place - ends.at(index) > REACH_BEFORE) return 0;
    if (bits.at(index) & DECIDING) return bits.at(index) & DECIDING;
  }
  return 0;
}

const CARD_SEPARATORS = new Set(["", " ", ".", "-"]);
const CARD_GROUPS = new Set(["4-4-4-4", "4-6-5", "4-6-4", "4-4-4-4-3", "4-4-5"]);

function asCard(
  text: string,
  groups: readonly NumberGroup[],
  about: number,
): Finding | undefined {
  let count = 0;
  for (const { start, end } of groups) count += end - start;
  if (count < SHORTEST_CARD || count > LONGEST_CARD) return undefined;
  const separator = groups[1]?.separator ?? "";
  if (!CARD_SEPARATORS.has(separator)) return undefined;
  for (let index = 2; index < groups.length; index++) {
    if (groups[index]!.separator !== separator) return undefined;
  }
  const start = groups[0]!.start;
  const end = groups.at(-1)!.end;
  const digits = groups.map((group) => text.slice(group.start, group.end)).join("");
  const isGrouped = CARD_GROUPS.has(groups.map((group) => group.end - group.start).join("-"));
  const isNamed = (about & ABOUT.card) !== 0;
  const isThing = (about & (ABOUT.reference | ABOUT.version)) !== 0 && !isNamed;
  const found = (strength: number, detector: string): Finding => ({
    kind: "CARD",
    start,
    end,
    strength,
    detector,
  });
  if (isCard(digits)) {
    const isUsual = digits.length >= 14 && digits.length <= 16;
    if (isNamed || isGrouped || (isUsual && groups.length === 1 && !isThing)) {
      return found(STRENGTH.validated, "card.luhn");
    }
  }
  // Issuers that the table lacks, mistyped and invented numbers are called cards too.
  if (isNamed && (passesLuhn(digits) || (isGrouped && cardNetwork(digits) !== undefined))) {
    return found(STRENGTH.pattern, "card.named");
  }
  return undefined;
}

function asPhone(
  { text }: Scan,
  groups: readonly NumberGroup[],
  { about, regions }: { about: number; regions: readonly string[] },
): Finding | undefined {
  const start = openingOf(text, groups[0]!.start);
  const end = groups.at(-1)!.end;
  const written = text.slice(start, end);
  // "1047576 calls" counts them; "call 601 640 883" and "call 6016408834" do not.
  const isCalled = (about & ABOUT.calling) !== 0 && (groups.length > 1 || end - start >= 10);
  const isNamed = (about & ABOUT.phone) !== 0 || isCalled;
  if (!isPhone({ written, isNamed, regions })) return undefined;
  return {
    kind: "PHONE",
    start,
    end: end + extensionLength(text, end),
    strength: STRENGTH.pattern,
    detector: "phone.number",
  };
}

/** A `+` and a bracket before the first digit belong to a phone number. */
function openingOf(text: string, start: number): number {
  const opening = /\(?\+ ?\(?$|\($/.exec(text.slice(Math.max(0, start - 4), start));
  return start - (opening?.[0].length ?? 0);
}

function extensionLength(text: string, end: number): number {
  return /^,? ?(?:x|extn?\.?|extension|durchwahl)[ :]{0,2}\d{1,6}(?!\d)/i.exec(
    text.slice(end, end + 24),
  )
    ?.[0].length ?? 0;
}

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
