import { isDigitAt, isWordAt } from "./characters.ts";
import { chooseKind, isPlaceholder, looksRandom } from "./choose_kind.ts";
import type { HintCache } from "./key_hints.ts";
import { type Scan, STRENGTH } from "./scan.ts";

const LONGEST_KEY = 48;
const LONGEST_VALUE = 400;
const LONGEST_GAP = 12;
const QUOTES = new Set("\"'`");
/** Labels in prose have at most this many words: "Social Security Number:". */
const LABEL_WORDS = 4;

/** Values whose key or label names them: `password=…`, `"email": "…"`, `Name: …`. */
export function findPair(scan: Scan, { hints, wants }: {
  readonly hints: HintCache;
  /** Whether findings of a kind are wanted where a key or a label names it. */
  readonly wants: (kind: string) => boolean;
}): void {
  const { text, marks } = scan;
  for (let index = 0; index < marks.pairs.length; index++) {
    const sign = marks.pairs.at(index);
    // "12:30" is a time.
    if (text[sign + 1] === ":" || isDigitAt(text, sign - 1) && isDigitAt(text, sign + 1)) continue;
    if (text.startsWith("//", sign + 1)) continue;
    const key = keyBefore(text, sign, hints);
    if (key === "") continue;
    const keyHints = hints.get(VALUE.test(key) ? nameBefore(text, sign) : key);
    if (keyHints.length === 0) continue;
    const value = valueAfter(text, sign, keyHints[0]!.kind);
    if (value === undefined) continue;
    if (value.writing === "open" && isCode(text, sign, value)) continue;
    if (isPlaceholder(text.slice(value.start, value.end))) continue;
    const kind = chooseKind(keyHints, text.slice(value.start, value.end));
    if (kind === undefined || !wants(kind)) continue;
    scan.findings.push({
      kind,
      start: value.start,
      end: value.end,
      // A password may look like an address, but an address in it is a part of the password.
      strength: kind === "SECRET" ? STRENGTH.validated + 1 : STRENGTH.labelled,
      detector: text[sign] === "=" ? "pair.assignment" : "pair.label",
    });
  }
}

function keyBefore(text: string, sign: number, hints: HintCache): string {
  let end = sign;
  if (text[end - 1] === " ") end--;
  // `config["password"] = …`, `PASSWORD ?= …`, `password := …`.
  while (end > 0 && "]?:".includes(text[end - 1]!)) end--;
  if (text[end - 1] === " ") end--;
  const isQuoted = QUOTES.has(text[end - 1] ?? "");
  if (isQuoted) end--;
  // `\"key\":` inside a string.
  if (isQuoted && text[end - 1] === "\\") end--;
  let start = end;
  const limit = Math.max(0, end - LONGEST_KEY);
  if (!hints.canEndAt(text, end)) return "";
  let hasLetter = false;
  while (start > limit) {
    const code = text.charCodeAt(start - 1);
    const isDigit = code >= 0x30 && code <= 0x39;
    if (!isDigit && code !== 0x2d && code !== 0x2e) {
      if (!isWordAt(text, start - 1)) break;
      hasLetter = true;
    }
    start--;
  }
  if (!hasLetter || (start === limit && limit > 0)) return "";
  // "mongodb://user:password@host" is no label.
  if (text[start - 1] === "/" || text.startsWith("${", start - 2)) return "";
  return text[sign] === "="
    ? text.slice(start, end)
    : text.slice(labelStart(text, start, isQuoted), end);
}

/** `<add key="apiToken" value="…"`, `{"name": "API_TOKEN", "value": "…"`: the name of a value. */
const NAME_OF_VALUE =
  /\b(?:key|name)\\?["']?\s{0,2}[:=]\s{0,2}\\?["']?([\w.-]{2,60})\\?["']?[,\s]{1,16}\\?["']?value\\?["']?\s{0,2}$/i;
const LONGEST_NAME = 120;
const VALUE = /^value$/i;

function nameBefore(text: string, sign: number): string {
  return NAME_OF_VALUE.exec(text.slice(Math.max(0, sign - LONGEST_NAME), sign))?.[1] ?? "";
}

/** The words before a colon that make the label, back to the start of the line or a stop. */
function labelStart(text: string, wordStart: number, isQuoted: boolean): number {
  let start = wordStart;
  for (let words = 1; words < LABEL_WORDS; words++) {
    const before = text.slice(Math.max(0, start - 24), start);
    const word = /(?:^|[^\p{L}\p{N}_.\-'’])([\p{L}\p{N}_'’-]+) $/u.exec(before);
    if (word === null) break;
    start -= word[1]!.length + 1;
  }
  return isQuoted && text[start - 1] !== '"' && text[start - 1] !== "'" ? wordStart : start;
}

interface PairValue {
  readonly start: number;
  readonly end: number;
  readonly writing: "quoted" | "open";
}

/** Programs name their variables as tables name their columns. */
const CODE =
  /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*\s*\(|^[A-Za-z_$]+(?:\.[A-Za-z_$]+)+$|=>|[(]?\bstring\b|^(?:new|function|void|async|await|typeof)\b|^[(*/{[<$!`]|\$\{|\)$|^[^(]*\)|^\w+(?:\.\w+)*\[|^[a-z]+[A-Z][A-Za-z]*$/;
/** `$2b$12$…`, `$argon2id$…`. */
const PASSWORD_HASH = /^\$\w{1,12}\$\S{8}/;

function isCode(text: string, sign: number, { start, end }: PairValue): boolean {
  const value = text.slice(start, end);
  if (PASSWORD_HASH.test(value)) return false;
  if (CODE.test(value) && !/\d.*[!#%^&]|[!#%^&].*\d/.test(value)) return true;
  // `session = sessions`: with spaces around it, an assignment of a program.
  return text[sign] === "=" && text[sign - 1] === " " && !looksRandom(value);
}

function valueAfter(text: string, sign: number, kind: string): PairValue | undefined {
  let start = sign + 1;
  if (text[start] === ">") start++;
  start = skipBlanks(text, start);
  // "Address:" alone on its line speaks of the next one.
  if (text[sign] === ":" && text[start] === "\n") start = skipBlanks(text, start + 1);
  const part = text.slice(start, start + LONGEST_VALUE);
  const quoted = /^\\?(["'`])((?:(?!\1)[^\n\\]|\\.){0,380}?)\\?\1/.exec(part);
  if (quoted !== null) {
    const from = start + quoted[0].indexOf(quoted[1]!) + 1;
    return quoted[2] === ""
      ? undefined
      : { start: from, end: from + quoted[2]!.length, writing: "quoted" };
  }
  const open =
    (text[sign] === "=" ? OPEN_ASSIGNED : kind === "SECRET" ? OPEN_SECRET : OPEN_LABELLED)
      .exec(part)?.[0].replace(/[\s.,;:]+$/, "") ?? "";
  if (open === "" || (kind === "SECRET" && text[sign] === ":" && isProse(part, open))) {
    return undefined;
  }
  return { start, end: start + open.length, writing: "open" };
}

function skipBlanks(text: string, from: number): number {
  let place = from;
  while (place - from < LONGEST_GAP && (text[place] === " " || text[place] === "\t")) place++;
  return place;
}

/** "credentials: login for …": a word with more words behind it is no secret, unless it looks like one. */
function isProse(part: string, open: string): boolean {
  return !looksRandom(open) && /^[.,;:]*[^\S\n]+\S/.test(part.slice(open.length));
}

const OPEN_ASSIGNED = /^[^\s&;"'`<>,)\]}]+/;
const OPEN_SECRET = /^(?:(?:Bearer|Basic|Token|ApiKey) )?[^\s"'`<>]+/i;
const OPEN_LABELLED =
  /^[^\n;|"<>{}[\]\t]{1,120}?(?=\n|[;|"<>{}[\]\t]| {2}| - |, \p{L}[\p{L} ]{0,24}[:=]|$)/u;
