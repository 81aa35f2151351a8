import { isWordAt } from "./characters.ts";
import type { Places } from "./lexer.ts";

/** Digits in groups, as phone and card numbers are written: `+49 (0)171 847-1231`. */
export interface NumberCluster {
  /** The lexer's first digit run of it. */
  readonly index: number;
  /** The lexer's first digit run after it. */
  readonly next: number;
}

/** One run of digits in a cluster. */
export interface NumberGroup {
  readonly start: number;
  readonly end: number;
  /** What stands between it and the group before, empty for the first. */
  readonly separator: string;
}

const MAX_GROUPS = 12;
const LONGEST_SEPARATOR = 3;
const SEPARATOR = /^(?:\)[ \-./]?| ?\(| - |-\(|\) ?- ?)$/;
/** A currency's sign before a number makes it an amount. */
const MONEY = new Set("$€£¥₹");
/** What joins a number to the id before it: "ORD-2902799296", "a.4", "v1-2". */
const JOINTS = new Set("-./\\@");
const MOMENT = /^(?:19|20)\d\d([-/.])(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])(?:\D|$)/;

/** Reads the cluster that begins with the lexer's digit run `index`. */
export function readNumberCluster(text: string, digits: Places, index: number): NumberCluster {
  const { starts, ends } = digits;
  let next = index + 1;
  while (next < digits.length && next - index < MAX_GROUPS) {
    if (!isSeparator(text, ends.at(next - 1), starts.at(next))) break;
    next++;
  }
  return { index, next };
}

/**
 * What is left of a cluster without the words at its ends that are parts of ids, dates, decimals or
 * addresses of the net: "10.0.0.1 415-555-2671", "415-555-2671 10km".
 */
export function trimCluster(text: string, digits: Places, cluster: NumberCluster): NumberCluster {
  let { index, next } = cluster;
  while (index < next) {
    const wordEnd = endOfWord(text, digits, { index, next });
    if (!isOther(text, digits, { index, next: wordEnd })) break;
    index = wordEnd;
  }
  while (index < next && isJoinedAfter(text, digits.ends.at(next - 1))) {
    next = startOfLastWord(text, digits, { index, next });
  }
  return { index, next };
}

/** How many digits a cluster has. */
export function countDigits({ starts, ends }: Places, { index, next }: NumberCluster): number {
  let count = 0;
  for (let group = index; group < next; group++) count += ends.at(group) - starts.at(group);
  return count;
}

/** The groups of a cluster. */
export function clusterGroups(
  text: string,
  digits: Places,
  { index, next }: NumberCluster,
): NumberGroup[] {
  const groups: NumberGroup[] = [];
  for (let group = index; group < next; group++) {
    const start = digits.starts.at(group);
    const separator = group === index ? "" : text.slice(digits.ends.at(group - 1), start);
    groups.push({ start, end: digits.ends.at(group), separator });
  }
  return groups;
}

function isSeparator(text: string, from: number, to: number): boolean {
  if (to - from > LONGEST_SEPARATOR) return false;
  const code = text.charCodeAt(from);
  // A space, "-", "." or "/".
  if (to - from === 1 && (code === 0x20 || (code >= 0x2d && code <= 0x2f))) return true;
  return SEPARATOR.test(text.slice(from, to));
}

/** The first group behind a space. */
function endOfWord(text: string, { ends }: Places, { index, next }: NumberCluster): number {
  let group = index + 1;
  while (group < next && text.charCodeAt(ends.at(group - 1)) !== 0x20) group++;
  return group;
}

function startOfLastWord(text: string, { ends }: Places, { index, next }: NumberCluster): number {
  let group = next - 1;
  while (group > index && text.charCodeAt(ends.at(group - 1)) !== 0x20) group--;
  return group;
}

function isOther(text: string, digits: Places, word: NumberCluster): boolean {
  const start = digits.starts.at(word.index);
  return isJoinedBefore(text, start) || isDotted(text, digits, word) ||
    isMoment(text, start, digits.ends.at(word.next - 1));
}

function isJoinedBefore(text: string, start: number): boolean {
  if (isWordAt(text, start - 1) || MONEY.has(text[start - 1] ?? "")) return true;
  return JOINTS.has(text[start - 1] ?? "") && isWordAt(text, start - 2);
}

function isJoinedAfter(text: string, end: number): boolean {
  const after = text[end] ?? "";
  if (after === "%" || after === "_") return true;
  return isWordAt(text, end) && !/^x ?\d|^ext/i.test(text.slice(end, end + 3));
}

/** "10.0.12.7" and "81234.567890". */
function isDotted(text: string, { starts, ends }: Places, { index, next }: NumberCluster): boolean {
  const groups = next - index;
  if (groups !== 4 && groups !== 2) return false;
  for (let group = index + 1; group < next; group++) {
    const end = ends.at(group - 1);
    if (starts.at(group) - end !== 1 || text.charCodeAt(end) !== 0x2e) return false;
    if (groups === 4 && ends.at(group) - starts.at(group) > 3) return false;
  }
  // "555.0123" is how some write a phone number.
  return groups === 4 || ends.at(index) - starts.at(index) !== 3 ||
    ends.at(index + 1) - starts.at(index + 1) !== 4;
}

/** "2026/11/20", as logs begin. */
function isMoment(text: string, start: number, end: number): boolean {
  return end - start >= 8 && MOMENT.test(text.slice(start, start + 11));
}
