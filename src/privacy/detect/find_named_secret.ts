import { isWordAt } from "./characters.ts";
import { chooseKind, isPlaceholder, looksRandom } from "./choose_kind.ts";
import type { HintCache } from "./key_hints.ts";
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

const WORD =
  /(?:passwor[dt]|passwd|passcode|passphrase|pwd|wachtwoord|senha|contraseña|kennwort)s?$/i;
const LINK =
  /^(?: (?:is|was|to|of|as|attempt string revealed|string|set to|changed to))?\s*[:=]?\s*/i;
/** "the key is 3nmrmt97wpxwpd5zwjjp5ycg". */
const NAMED_KEY = /^( (?:is|was|=|:)[: ]*["'`]?)([\w.+/=:~-]{16,128})(?![\w.+/=~-])/;
/** `STRIPE_KEY=3nmrmt97wpxwpd5z`. */
const ASSIGNED_KEY = /^([:=]["'`]?)([\w.+/=:~-]{16,128})(?![\w.+/=~-])/;
/** Words behind "key" and "token" that make neither a secret. */
const HARMLESS =
  /(?:cache|primary|foreign|partition|sort|pub|public|bucket|idempotency|issue|row|object|s3|routing|group|hash|host|lookup|message|unique|natural|schema|sequence|index|map|resource|event|page|next|continuation|cursor|sync)[_-]$/i;
const UUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;
const QUOTED = /^(["'“‘`])([^\n"'”’`]{4,64})["'”’`]/;
const OPEN = /^[^\s"'<>,;()[\]{}]{6,64}/;
const AFTER_EMAIL = /^ ?[/|:] ?([^\s"'<>,;()[\]{}]{6,64})/;

/** Passwords in prose: "with password Qr7!dke#39", "maria@job.net / SecureP@ss8901". */
export function findPassword(scan: Scan): void {
  const { text, marks } = scan;
  const { starts, ends, bits } = marks.keywords;
  for (let index = 0; index < marks.keywords.length; index++) {
    if (!(bits.at(index) & ABOUT.secret)) continue;
    const end = ends.at(index);
    const part = text.slice(end, end + 110);
    const word = text.slice(starts.at(index), end);
    if (!WORD.test(word)) {
      const key = NAMED_KEY.exec(part) ?? (/^keys?$/i.test(word) ? ASSIGNED_KEY.exec(part) : null);
      if (key !== null && isKeyLike(key[2]!) && !isHarmless(text, starts.at(index), key[2]!)) {
        addPassword(scan, end + key[1]!.length, key[2]!.length);
      }
      continue;
    }
    const link = LINK.exec(part)?.[0] ?? "";
    if (link === "") continue;
    const found = readPassword(part.slice(link.length), link);
    if (found !== undefined) addPassword(scan, end + link.length + found.from, found.length);
  }
  findBesideEmail(scan);
}

function readPassword(text: string, link: string): { from: number; length: number } | undefined {
  const quoted = QUOTED.exec(text)?.[2];
  if (quoted !== undefined) {
    return /[^a-z ]/.test(quoted) || /[:=]/.test(link)
      ? { from: 1, length: quoted.length }
      : undefined;
  }
  const open = OPEN.exec(text)?.[0].replace(/[.:?]+$/, "") ?? "";
  return isPasswordLike(open) && !isPlaceholder(open)
    ? { from: 0, length: open.length }
    : undefined;
}

function isHarmless(text: string, wordStart: number, value: string): boolean {
  return UUID.test(value) || HARMLESS.test(text.slice(Math.max(0, wordStart - 16), wordStart));
}

function findBesideEmail(scan: Scan): void {
  const secrets = ABOUT.login | ABOUT.secret;
  for (const { kind, end, start } of [...scan.findings]) {
    if (kind !== "EMAIL" || !(scan.marks.contextBefore(start, 60) & secrets)) continue;
    const match = AFTER_EMAIL.exec(scan.text.slice(end, end + 80));
    const word = match?.[1]?.replace(/[.:?]+$/, "") ?? "";
    if (isPasswordLike(word) && !word.includes("/")) {
      addPassword(scan, end + match![0].indexOf(word), word.length);
    }
  }
}

/** Letters with a digit or a sign inside, and no address or path. */
function isPasswordLike(word: string): boolean {
  if (word.length < 6 || /^(?:https?:|\/|[\w.-]+@[\w-]+\.)/.test(word)) return false;
  return /\p{L}/u.test(word) && (/\d/.test(word) || /[!#$%^&*+?@~]/.test(word)) &&
    !/^[\d.,-]+\w{0,3}$/.test(word);
}

/** As random as a key: digits and letters in turns. */
function isKeyLike(word: string): boolean {
  const changes = word.match(/[A-Za-z](?=\d)|\d(?=[A-Za-z])/g)?.length ?? 0;
  return changes >= 3 ||
    (/^[A-Za-z0-9]{24,}$/.test(word) && /\d/.test(word) && /[a-z]/i.test(word));
}

function addPassword(scan: Scan, start: number, length: number): void {
  scan.findings.push({
    kind: "SECRET",
    start,
    end: start + length,
    strength: STRENGTH.pattern + 5,
    detector: "secret.password",
  });
}
