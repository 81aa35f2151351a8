import ipaddr from "npm:ipaddr.js@2.5.0";
import { isDigitAt, isHexAt, isWordAt } from "./characters.ts";
import type { Places } from "./lexer.ts";
import { ABOUT } from "./vocabulary.ts";
import { type Scan, STRENGTH } from "./scan.ts";

const LONGEST_V4 = 15;
const LONGEST_V6 = 39;
/** The rest of an address that ends as one of the older version: "::ffff:192.0.2.1". */
const EMBEDDED_V4 = /(?:\.\d{1,3}){3}/y;
/** Two addresses with a dash between them are a range. */
const RANGE_END = /^-(?:\d{1,3}\.){3}\d{1,3}(?![\w.]\d)/;
const RANGE_BEGIN = /(?:^|[^\w.-])(?:\d{1,3}\.){3}\d{1,3}-$/;
/** Addresses that every machine has. */
const EVERY_HOST = new Set(["0.0.0.0", "127.0.0.1", "255.255.255.255", "::", "::1"]);

/** IP addresses of both versions. */
export function findIp(scan: Scan): void {
  findV4(scan);
  findV6(scan);
}

function findV4({ text, marks, findings }: Scan): void {
  const { starts, ends } = marks.digits;
  const { values, length } = ends;
  for (let index = 0; index + 3 < length; index++) {
    // Nearly every number fails here.
    if (text.charCodeAt(values[index]!) !== 0x2e) continue;
    const start = starts.at(index);
    const end = ends.at(index + 3);
    if (end - start > LONGEST_V4 || !areDotted(text, marks.digits, index)) continue;
    const address = text.slice(start, end);
    if (EVERY_HOST.has(address) || address.split(".").some((part) => Number(part) > 255)) continue;
    if (
      isWordAt(text, end) ||
      /^\.\d|^-\w/.test(text.slice(end, end + 2)) && !RANGE_END.test(text.slice(end, end + 17))
    ) continue;
    if (
      isJoinedBefore(text, start) &&
        !RANGE_BEGIN.test(text.slice(Math.max(0, start - 17), start)) ||
      isProduct(text, start, address)
    ) continue;
    if (marks.contextBefore(start, 10) & ABOUT.version) continue;
    findings.push({ kind: "IP", start, end, strength: STRENGTH.validated, detector: "ip.v4" });
  }
}

/** Whether four runs of digits have one full stop between each two. */
function areDotted(text: string, { starts, ends }: Places, index: number): boolean {
  for (let group = index; group < index + 3; group++) {
    const end = ends.at(group);
    if (starts.at(group + 1) !== end + 1 || text.charCodeAt(end) !== 0x2e) return false;
  }
  return true;
}

/** "Chrome/120.0.0.0" is a version; "host/10.0.0.1" is not. */
function isProduct(text: string, start: number, address: string): boolean {
  return text[start - 1] === "/" && /\w/.test(text[start - 2] ?? "") && address.endsWith(".0.0");
}

function findV6({ text, marks, findings }: Scan): void {
  let last = 0;
  for (let index = 0; index < marks.pairs.length; index++) {
    const colon = marks.pairs.at(index);
    if (colon < last || !isHexOrColon(text, colon + 1) || isTime(text, colon)) continue;
    let start = colon;
    while (start > last && colon - start < 4 && isHexAt(text, start - 1)) start--;
    const end = v6End(text, start);
    if (end === undefined || isJoinedBefore(text, start)) continue;
    last = end;
    if (isWordAt(text, end) || !isV6(text.slice(start, end))) continue;
    findings.push({ kind: "IP", start, end, strength: STRENGTH.validated, detector: "ip.v6" });
  }
}

/** Where groups and colons end, when there are as many as an address has. */
function v6End(text: string, start: number): number | undefined {
  let end = start;
  let colons = 0;
  let hasGap = false;
  while (end - start < LONGEST_V6 && isHexOrColon(text, end)) {
    if (text.charCodeAt(end) === 0x3a) {
      colons++;
      hasGap ||= text.charCodeAt(end + 1) === 0x3a;
    }
    end++;
  }
  if (colons < 2 || (colons !== 7 && !hasGap)) return undefined;
  EMBEDDED_V4.lastIndex = end;
  const rest = EMBEDDED_V4.exec(text)?.[0].length ?? 0;
  if (rest > 0) return end + rest;
  // "::1:" ends before the colon, "fe80::" does not.
  return text.charCodeAt(end - 1) === 0x3a && text.charCodeAt(end - 2) !== 0x3a ? end - 1 : end;
}

/** "12:30:45" and "12:30": two figures before, and no letter and no third figure behind. */
function isTime(text: string, colon: number): boolean {
  return isDigitAt(text, colon - 1) && isDigitAt(text, colon - 2) && !isHexAt(text, colon - 3) &&
    isDigitAt(text, colon + 1) && isDigitAt(text, colon + 2) && !isHexAt(text, colon + 3) &&
    text.charCodeAt(colon - 3) !== 0x3a;
}

function isHexOrColon(text: string, place: number): boolean {
  return text.charCodeAt(place) === 0x3a || isHexAt(text, place);
}

/** `12:30:45` is a time, and `abc::def` a name in many programming languages. */
function isV6(whole: string): boolean {
  const groups = whole.split(":").length;
  if (groups < 8 && !whole.includes("::")) return false;
  if (EVERY_HOST.has(whole) || !ipaddr.IPv6.isValid(whole)) return false;
  return /\d/.test(whole) || groups > 4;
}

function isJoinedBefore(text: string, start: number): boolean {
  if (start === 0) return false;
  const before = text[start - 1]!;
  if (isWordAt(text, start - 1) || before === ":") return true;
  // "1.2.3.4.5" and "pkg-1.2.3.4".
  return (before === "." || before === "-") && isWordAt(text, start - 2);
}

const WHOLE = /[0-9a-fA-F]{2}([:-])[0-9a-fA-F]{2}(?:\1[0-9a-fA-F]{2}){4}(?!\1?[0-9a-fA-F])/y;
const NO_DEVICE = /^(?:00[:-]?){5}00$|^(?:ff[:-]?){5}ff$/i;

/** Hardware addresses: six pairs with `:` or `-` between them. */
export function findMac(scan: Scan): void {
  const { text, marks } = scan;
  for (let index = 0; index < marks.pairs.length; index++) {
    const colon = marks.pairs.at(index);
    if (text.charCodeAt(colon + 3) === 0x3a && isHexAt(text, colon - 1)) take(scan, colon - 2);
  }
  for (let index = 0; index < marks.runs.length; index++) {
    const start = marks.runs.starts.at(index);
    if (text.charCodeAt(start + 2) === 0x2d) take(scan, start);
  }
}

function take({ text, findings }: Scan, start: number): void {
  if (start < 0 || isWordAt(text, start - 1) || /[:.-]/.test(text[start - 1] ?? "")) return;
  WHOLE.lastIndex = start;
  const whole = WHOLE.exec(text)?.[0];
  if (whole === undefined || NO_DEVICE.test(whole)) return;
  findings.push({
    kind: "MAC",
    start,
    end: start + whole.length,
    strength: STRENGTH.validated,
    detector: "mac.address",
  });
}
