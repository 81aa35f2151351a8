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

/** E-mail addresses: around each `@`, as far as a local part and a domain reach. */
export function findEmail(scan: Scan): void {
  const { ats } = scan.marks;
  for (let index = 0; index < ats.length; index++) {
    const at = ats.at(index);
    const start = localStart(scan.text, at);
    const end = domainEnd(scan.text, at + 1);
    if (start === at || end === at + 1) continue;
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
