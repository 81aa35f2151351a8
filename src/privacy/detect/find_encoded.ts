import { isHexAt } from "./characters.ts";
import { type Finding, type Scan, STRENGTH } from "./scan.ts";

/** Searches a decoded text. */
type SearchDecoded = (text: string) => readonly Finding[];

const LONGEST_CHUNK = 2_048;
const LONGEST_BASE64 = 65_536;
const SHORTEST_BASE64 = 24;

/** Personal data in percent-encoding: `john%40example.com`. */
export function findPercentEncoded(scan: Scan, search: SearchDecoded): void {
  const { text } = scan;
  let place = text.indexOf("%");
  while (place >= 0) {
    if (!isHexAt(text, place + 1) || !isHexAt(text, place + 2)) {
      place = text.indexOf("%", place + 1);
      continue;
    }
    const { start, end } = chunkAround(text, place);
    const decoded = decodePercent(text, start, end);
    if (decoded !== undefined) {
      for (const finding of search(decoded.text)) {
        scan.findings.push({
          ...finding,
          start: start + decoded.places[finding.start]!,
          end: start + decoded.places[finding.end]!,
          detector: `encoded.percent/${finding.detector}`,
        });
      }
    }
    place = text.indexOf("%", Math.max(end, place + 1));
  }
}

/** Personal data in base64: the whole run is taken, as no part of it means anything by itself. */
export function findBase64(scan: Scan, search: SearchDecoded): void {
  const { starts, ends } = scan.marks.runs;
  let last = 0;
  for (let index = 0; index < starts.length; index++) {
    if (starts.at(index) < last || ends.at(index) - starts.at(index) < SHORTEST_BASE64 - 8) {
      continue;
    }
    const { start, end } = base64Around(scan.text, starts.at(index));
    last = end;
    if (!mayBeText(scan.text, start)) continue;
    const decoded = end - start < SHORTEST_BASE64
      ? undefined
      : decodeBase64(scan.text.slice(start, end));
    const found = decoded === undefined ? undefined : search(decoded)[0];
    if (found === undefined) continue;
    scan.findings.push({
      kind: found.kind,
      start,
      end,
      strength: STRENGTH.validated,
      detector: `encoded.base64/${found.detector}`,
    });
  }
}

function chunkAround(text: string, place: number): { start: number; end: number } {
  const isPart = (index: number) => /[^\s"'<>()\\]/.test(text[index] ?? " ");
  let start = place;
  let end = place;
  while (place - start < LONGEST_CHUNK && isPart(start - 1)) start--;
  while (end - place < LONGEST_CHUNK && isPart(end)) end++;
  return { start, end };
}

/** The decoded text, and for each of its places the one in the encoded text. */
function decodePercent(
  text: string,
  start: number,
  end: number,
): { text: string; places: number[] } | undefined {
  const chunk = text.slice(start, end);
  const places: number[] = [];
  let decoded = "";
  let index = 0;
  while (index < chunk.length) {
    const unit = percentUnit(chunk, index);
    const part = unit === undefined ? chunk[index]! : unit.text;
    for (let count = 0; count < part.length; count++) places.push(index);
    decoded += part;
    index += unit?.length ?? 1;
  }
  places.push(chunk.length);
  return decoded.length === chunk.length ? undefined : { text: decoded, places };
}

/** The character that begins as `%XX` at a place, and how long it is written. */
function percentUnit(chunk: string, index: number): { text: string; length: number } | undefined {
  if (chunk[index] !== "%") return undefined;
  const byte = parseInt(chunk.slice(index + 1, index + 3), 16);
  const bytes = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
  try {
    const text = decodeURIComponent(chunk.slice(index, index + bytes * 3));
    return text.length <= 2 ? { text, length: bytes * 3 } : undefined;
  } catch {
    return undefined;
  }
}

function base64Around(text: string, from: number): { start: number; end: number } {
  const isPart = (code: number) =>
    (code >= 0x30 && code <= 0x39) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a) ||
    code === 0x2b || code === 0x2f || code === 0x2d || code === 0x5f;
  let start = from;
  let end = from;
  while (from - start < LONGEST_CHUNK && isPart(text.charCodeAt(start - 1))) start--;
  while (end - from < LONGEST_BASE64 && isPart(text.charCodeAt(end))) end++;
  while (end - start < LONGEST_BASE64 && text[end] === "=") end++;
  return { start, end };
}

/**
 * A quick look: the sign of each four that holds the upper bits of a letter, a digit or a space is
 * one of `I` to `Z` and `a` to `f`. Names and hashes have others.
 */
function mayBeText(text: string, start: number): boolean {
  let fitting = 0;
  for (let place = start; place < start + SHORTEST_BASE64; place += 4) {
    const code = text.charCodeAt(place);
    if ((code >= 0x49 && code <= 0x5a) || (code >= 0x61 && code <= 0x66)) fitting++;
  }
  return fitting >= SHORTEST_BASE64 / 4 - 1 && !isHash(text, start);
}

/** Whether all of the first signs are hexadecimal digits. */
function isHash(text: string, start: number): boolean {
  let place = start;
  while (place < start + SHORTEST_BASE64 && isHexAt(text, place)) place++;
  return place === start + SHORTEST_BASE64;
}

/** The text behind base64, when it is one; hashes and pictures are none. */
function decodeBase64(run: string): string | undefined {
  const standard = run.replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, "");
  if (standard.length % 4 === 1 || !isText(standard.slice(0, 24))) return undefined;
  return isText(standard) ? bytesToText(standard) : undefined;
}

function isText(base64: string): boolean {
  const text = bytesToText(base64);
  // deno-lint-ignore no-control-regex
  return text !== undefined && !/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]/.test(text);
}

function bytesToText(base64: string): string | undefined {
  try {
    const whole = base64.slice(0, base64.length - (base64.length % 4 === 1 ? 1 : 0));
    const bytes = Uint8Array.from(atob(whole), (sign) => sign.charCodeAt(0));
    // A cut may have split the last character.
    return new TextDecoder().decode(bytes).replace(/\ufffd$/, "");
  } catch {
    return undefined;
  }
}
