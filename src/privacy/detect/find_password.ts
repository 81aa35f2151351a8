import { isPlaceholder } from "./is_placeholder.ts";
import { type Scan, STRENGTH } from "./scan.ts";
import { ABOUT } from "./vocabulary.ts";

const WORD =
  /(?:passwor[dt]|passwd|passcode|passphrase|pwd|wachtwoord|senha|contraseña|kennwort)s?$/i;
const LINK =
  /^(?: (?:is|was|to|of|as|attempt string revealed|string|set to|changed to))?\s*[:=]?\s*/i;
/** "the key is 3nmrmt97wpxwpd5zwjjp5ycg". */
const NAMED_KEY = /^( (?:is|was|=|:)[: ]*["'`]?)([\w.+/=:~-]{16,128})(?![\w.+/=~-])/;
/** `STRIPE_KEY=3nmrmt97wpxwpd5z`. */
const ASSIGNED_KEY = /^([:=]["'`]?)([\w.+/=:~-]{16,128})(?![\w.+/=~-])/;
/** What a key or a token opens, when it is no door. */
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
        add(scan, end + key[1]!.length, key[2]!.length);
      }
      continue;
    }
    const link = LINK.exec(part)?.[0] ?? "";
    if (link === "") continue;
    const found = readPassword(part.slice(link.length), link);
    if (found !== undefined) add(scan, end + link.length + found.from, found.length);
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
      add(scan, end + match![0].indexOf(word), word.length);
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

function add(scan: Scan, start: number, length: number): void {
  scan.findings.push({
    kind: "SECRET",
    start,
    end: start + length,
    strength: STRENGTH.pattern + 5,
    detector: "secret.password",
  });
}
