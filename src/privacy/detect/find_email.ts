import tlds from "npm:tlds@1.261.0" with { type: "json" };
import { CHARACTER, CLASSES } from "./characters.ts";
import { type Scan, STRENGTH } from "./scan.ts";

const MAX_LOCAL = 64;
const MAX_DOMAIN = 253;
const TOP_LEVEL = new Set<string>(tlds);
/** Ends that no registry has and that people's data has all the same. */
const PRIVATE_TOP_LEVEL = new Set([
  "local",
  "internal",
  "lan",
  "corp",
  "example",
  "test",
  "invalid",
]);
const LOCAL_SIGNS = new Set("!#$%&'*+/=?^_`{|}~.-");
/** Signs that an address may hold but that more often stand before one. */
const OPENING_SIGNS = new Set("!#$%&'*+/=?^`{|}~.-");

/** A domain may be written as an address of the net. */
const ADDRESS_LITERAL = /\[(?:(?:\d{1,3}\.){3}\d{1,3}|IPv6:[\da-f:.]{2,45})\]/iy;
/** The user of a repository's address is no person: `git@host.example:team/code.git`. */
const REPOSITORY = /git@[\w.-]+[:/]\S/y;
/** Words before an address that Indian banks pay to, which has no domain: `ann.lee@oksbi`. */
const PAYMENT = /\b(?:upi|vpa)\b[^\n@]{0,24}$/i;
const PAYMENT_PROVIDER = /[a-z][a-z0-9]{1,15}(?![\w.@-])/iy;

/** E-mail addresses: around each `@`, as far as a local part and a domain reach. */
export function findEmail(scan: Scan): void {
  const { ats } = scan.marks;
  for (let index = 0; index < ats.length; index++) {
    const at = ats.at(index);
    const start = localStart(scan.text, at);
    if (start === at || isMatchAt(REPOSITORY, scan.text, start)) continue;
    if (isPassword(scan.text, start)) continue;
    const end = addressEnd(scan.text, start, at);
    if (end === at + 1) continue;
    scan.findings.push({
      kind: "EMAIL",
      start,
      end,
      strength: STRENGTH.validated,
      detector: "email.address",
    });
  }
}

function localStart(text: string, at: number): number {
  if (text[at - 1] === '"') return quotedStart(text, at);
  const limit = Math.max(0, at - MAX_LOCAL);
  let start = at;
  while (start > limit) {
    const before = text[start - 1]!;
    const isWord = CLASSES[before.charCodeAt(0)]! & (CHARACTER.letter | CHARACTER.digit);
    if (!isWord && !LOCAL_SIGNS.has(before)) break;
    start--;
  }
  // What stands before `=` or `/` is a parameter or a path, not a name.
  for (let place = at - 1; place >= start; place--) {
    if ("=/`{|}?&".includes(text[place]!)) {
      start = place + 1;
      break;
    }
  }
  while (start < at && OPENING_SIGNS.has(text[start]!)) start++;
  return text[at - 1] === "." ? at : start;
}

function quotedStart(text: string, at: number): number {
  const open = text.lastIndexOf('"', at - 2);
  return open >= 0 && at - open <= MAX_LOCAL && !text.slice(open, at).includes("\n") ? open : at;
}

/** The end of the domain, or of what stands in its place; the place behind the `@` when nothing does. */
function addressEnd(text: string, start: number, at: number): number {
  const from = at + 1;
  if (text[from] === "[") return endOfMatch(ADDRESS_LITERAL, text, from);
  const end = domainEnd(text, from);
  if (end > from || !PAYMENT.test(text.slice(Math.max(0, start - 32), start))) return end;
  return endOfMatch(PAYMENT_PROVIDER, text, from);
}

/** `https://ann:word@host.example`: between the colon and the `@` stands a password. */
function isPassword(text: string, start: number): boolean {
  return text[start - 1] === ":" &&
    /:\/\/[^\s/@]{1,64}:$/.test(text.slice(Math.max(0, start - 68), start));
}

function isMatchAt(pattern: RegExp, text: string, place: number): boolean {
  pattern.lastIndex = place;
  return pattern.test(text);
}

function endOfMatch(pattern: RegExp, text: string, place: number): number {
  pattern.lastIndex = place;
  return place + (pattern.exec(text)?.[0].length ?? 0);
}

function domainEnd(text: string, start: number): number {
  const limit = Math.min(text.length, start + MAX_DOMAIN);
  let end = start;
  while (end < limit) {
    const code = text.charCodeAt(end);
    const fits = CLASSES[code]! & (CHARACTER.letter | CHARACTER.digit) ||
      code === 0x2d || code === 0x2e;
    if (!fits) break;
    end++;
  }
  const labels = text.slice(start, end).split(".");
  // The longest run of labels that ends in a top level: "a@b.com.Next" is "a@b.com".
  for (let count = labels.length; count >= 2; count--) {
    if (isDomain(labels.slice(0, count))) return start + labels.slice(0, count).join(".").length;
  }
  return start;
}

function isDomain(labels: readonly string[]): boolean {
  const top = labels.at(-1)!.toLowerCase();
  if (!TOP_LEVEL.has(top) && !PRIVATE_TOP_LEVEL.has(top) && !top.startsWith("xn--")) return false;
  return labels.every((label) =>
    label.length > 0 && label.length <= 63 && !label.startsWith("-") && !label.endsWith("-")
  );
}
