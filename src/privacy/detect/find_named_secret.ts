import { isWordAt } from "./characters.ts";
import { chooseKind } from "./choose_kind.ts";
import { looksRandom } from "./fits_kind.ts";
import type { HintCache } from "./hint_cache.ts";
import { isPlaceholder } from "./is_placeholder.ts";
import { type Scan, STRENGTH } from "./scan.ts";
import { ABOUT } from "./vocabulary.ts";

const KEY = "([A-Za-z][\\w.:-]{1,60})";
/** How a key stands before its value where no `:` or `=` joins the two, by the sign between them. */
const BEFORE: Readonly<Record<string, RegExp>> = {
  // `<apiToken>…`, with its value on the same line or the next.
  ">": new RegExp(`<${KEY}>\\s{0,24}$`),
  // `setProperty("API_TOKEN", "…")`.
  ",": new RegExp(`["']${KEY}["'],\\s{0,2}["']$`),
  // `apiToken string = "…"`, `apiToken: String = "…"`, `apiToken .= "…"`, `apiToken += "…"`.
  "=": new RegExp(`${KEY}(?::? ?[Ss]tring ?| ?[.+])= ?["'\`]$`),
  // `api_token: |`, with its value on the next line.
  "|": new RegExp(`${KEY}: [|>]-?\\n\\s{1,24}$`),
  // `--api-token …`, `ENV API_TOKEN …`, `setx API_TOKEN …`.
  "": new RegExp(`(?:(?:^|\\s)--|(?:^|\\s)(?:ENV|ARG|setx|setenv) )${KEY} ["']?$`),
};
const LONGEST_GAP = 24;
const LONGEST_BEFORE = 120;
const VALUE = /[^\s"'`<>,;(){}]{8,400}/y;
/** A password's element and its option: their values may be short. */
const AFTER_WORD = /^(?:>\s{0,24}|["'] value=["'])([^\s"'<>]{4,128})(?=["'<])/;
/** "cvv 123", "PIN is 4821", "OTP: 482913". */
const CODE = /^(?: (?:code|number))?(?: is| was)?[ :=#]{1,3}(\d{3,8})(?![\w-])/;
const CODE_LENGTHS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  cvv: [3, 4],
  cvc: [3, 4],
  pin: [4, 4],
  otp: [4, 8],
};

/** Secrets that a name stands before, in the ways of markup, programs and command lines. */
export function findNamedSecret(scan: Scan, hints: HintCache): void {
  findAfterKey(scan, hints);
  findAfterWord(scan);
}

function findAfterKey(scan: Scan, hints: HintCache): void {
  const { text, marks } = scan;
  const { starts } = marks.runs;
  for (let index = 0; index < marks.runs.length; index++) {
    const start = starts.at(index);
    const key = keyBefore(text, start);
    if (key === undefined) continue;
    const keyHints = hints.get(key);
    if (keyHints[0]?.kind !== "SECRET") continue;
    VALUE.lastIndex = start;
    const value = VALUE.exec(text)?.[0] ?? "";
    if (!looksRandom(value) || isPlaceholder(value)) continue;
    if (chooseKind(keyHints, value) === "SECRET") add(scan, start, value.length);
  }
}

function keyBefore(text: string, start: number): string | undefined {
  const form = BEFORE[signBefore(text, start)];
  return form?.exec(text.slice(Math.max(0, start - LONGEST_BEFORE), start))?.[1];
}

/** What joins a value to its key: a sign, nothing between two words, or "none" when it has no key. */
function signBefore(text: string, start: number): string {
  let place = start - 1;
  if (QUOTES.has(text[place] ?? "")) place--;
  const gapEnd = place;
  while (gapEnd - place < LONGEST_GAP && BLANKS.has(text[place] ?? "")) place--;
  const sign = text[place] ?? "none";
  if (sign in BEFORE) return sign;
  if (gapEnd - place !== 1 || !isWordAt(text, place)) return "none";
  const before = text.slice(Math.max(0, place - LONGEST_BEFORE), place);
  return before.includes("--") || /(?:^|\s)(?:ENV|ARG|setx|setenv) /.test(before) ? "" : "none";
}

const QUOTES = new Set(['"', "'", "`"]);
const BLANKS = new Set([" ", "\t", "\n"]);

function findAfterWord(scan: Scan): void {
  const { text, marks } = scan;
  const { starts, ends, bits } = marks.keywords;
  for (let index = 0; index < marks.keywords.length; index++) {
    if (!(bits.at(index) & ABOUT.secret)) continue;
    const end = ends.at(index);
    const after = text.charCodeAt(end);
    // A blank, ":", "=", "#", ">" or a quote: what else follows the word leads to no value.
    if (!LEADS.has(after)) continue;
    const word = text.slice(starts.at(index), end).toLowerCase();
    const lengths = CODE_LENGTHS[word];
    if (lengths !== undefined) {
      const match = CODE.exec(text.slice(end, end + 32));
      const digits = match?.[1] ?? "";
      if (digits.length >= lengths[0] && digits.length <= lengths[1]) {
        add(scan, end + match![0].length - digits.length, digits.length);
      }
    } else if (after === 0x3e || after === 0x22 || after === 0x27) {
      const match = AFTER_WORD.exec(text.slice(end, end + 160));
      const value = match?.[1] ?? "";
      if (
        /^pass|^pw|^secret/.test(word) && value !== "" && !isPlaceholder(value) &&
        !isProseWord(value)
      ) {
        add(scan, end + match![0].length - value.length, value.length);
      }
    }
  }
}

const LEADS = new Set([..." :=#>\"'"].map((sign) => sign.charCodeAt(0)));

/** "<b>password</b>" shows a word; a value has a digit or a sign. */
function isProseWord(value: string): boolean {
  return /^\p{L}+$/u.test(value);
}

function add(scan: Scan, start: number, length: number): void {
  scan.findings.push({
    kind: "SECRET",
    start,
    end: start + length,
    strength: STRENGTH.labelled,
    detector: "secret.named",
  });
}
