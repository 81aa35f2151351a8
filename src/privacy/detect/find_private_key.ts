import { type Scan, STRENGTH } from "./scan.ts";
import { isDigitAt, isWordAt } from "./characters.ts";
import { isPlaceholder } from "./choose_kind.ts";

const BEGIN = "-----BEGIN ";
const HEADER = /-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----/y;
const FOOTER = /-----END (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----/;

/** How much of a text a key without an end may take. */
export const MAX_PRIVATE_KEY = 16_384;

/** Private keys in PEM; one that is cut off is one to the end. */
export function findPrivateKey({ text, findings }: Scan): void {
  let start = text.indexOf(BEGIN);
  while (start >= 0) {
    const end = privateKeyEnd(text, start);
    if (end !== undefined) {
      findings.push({
        kind: "SECRET",
        start,
        end,
        strength: STRENGTH.validated,
        detector: "secret.private_key",
      });
    }
    start = text.indexOf(BEGIN, end ?? start + BEGIN.length);
  }
}

/** Where the private key that begins at a place ends; nothing where none begins. */
export function privateKeyEnd(text: string, start: number): number | undefined {
  HEADER.lastIndex = start;
  const header = HEADER.exec(text)?.[0];
  if (header === undefined) return undefined;
  const body = text.slice(start + header.length, start + MAX_PRIVATE_KEY);
  // A program that only speaks of keys writes no key behind the header.
  if (!KEY_FOLLOWS.test(body)) return undefined;
  const footer = FOOTER.exec(body);
  return start + header.length + (footer === null ? body.length : footer.index + footer[0].length);
}

const KEY_FOLLOWS = /^(?:\s|\\[nr])*(?:[A-Z][\w-]*: [^\n\\]*(?:\s|\\[nr])+)*[A-Za-z0-9+/=]{16}/;

const USER_INFO =
  /[a-z][a-z0-9+.-]{1,30}:\/\/[^\s/@:"'<>]{0,128}:[^\s/@"'<>]{1,256}@[^\s"'<>`]{1,512}/iy;
const WEBHOOK =
  /https?:\/\/(?:hooks\.slack\.com\/(?:services|workflows)|(?:\w+\.)?discord(?:app)?\.com\/api\/webhooks|[\w-]+\.webhook\.office\.com\/webhookb2|hooks\.zapier\.com\/hooks\/catch)\/[\w\/@.-]{10,300}/iy;
const LONGEST_SCHEME = 31;
/** The words for a name and a password, as documents write them in the place of both. */
const FORM = /\/\/username:password@/i;
const PASSWORD = /:([^:@/]+)@/;

/** Addresses and options that hold a password, and web hooks whose address is one. */
export function findCredentialUrl({ text, marks, findings }: Scan): void {
  for (let index = 0; index < marks.pairs.length; index++) {
    const place = marks.pairs.at(index);
    const found = text.startsWith("://", place) ? readUrl(text, place) : readOption(text, place);
    if (found === undefined) continue;
    findings.push({ kind: "SECRET", strength: STRENGTH.validated, ...found });
  }
}

interface FoundUrl {
  readonly start: number;
  readonly end: number;
  readonly detector: string;
}

function readUrl(text: string, colon: number): FoundUrl | undefined {
  let start = colon;
  while (start > 0 && colon - start < LONGEST_SCHEME && /[a-z0-9+.-]/i.test(text[start - 1]!)) {
    start--;
  }
  USER_INFO.lastIndex = WEBHOOK.lastIndex = start;
  const url = USER_INFO.exec(text)?.[0];
  if (url !== undefined && !isForm(url)) {
    return { start, end: start + url.replace(/[.,;)\]}]+$/, "").length, detector: "secret.url" };
  }
  const hook = WEBHOOK.exec(text)?.[0];
  return hook === undefined
    ? undefined
    : { start, end: start + hook.length, detector: "secret.webhook" };
}

/** Whether an address shows where a password belongs, and none. */
function isForm(url: string): boolean {
  const password = PASSWORD.exec(url.slice(url.indexOf("://") + 3))?.[1] ?? "";
  return FORM.test(url) || isPlaceholder(password) || /^(?:\*+|x+|%s|\$\w+)$/i.test(password);
}

/** `curl -u name:password`. */
function readOption(text: string, colon: number): FoundUrl | undefined {
  // Nearly every colon fails here: a label's, a time's.
  if (!isWordAt(text, colon - 1) || text.charCodeAt(colon + 1) <= 0x20) return undefined;
  if (isDigitAt(text, colon - 1) && isDigitAt(text, colon + 1)) return undefined;
  const before = text.slice(Math.max(0, colon - 72), colon);
  if (
    !before.includes(" -") ||
    !/\s(?:-u|--user|--proxy-user|-U)[ =]?["']?[^\s:"']{1,64}$/.test(before)
  ) return undefined;
  const match = /^["']?([^\s"'<>$]{3,128})/.exec(text.slice(colon + 1, colon + 130));
  if (match === null) return undefined;
  const end = colon + 1 + match[0].length;
  return { start: end - match[1]!.length, end, detector: "secret.option" };
}
