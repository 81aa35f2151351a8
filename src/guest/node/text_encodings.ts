import { codedError } from "./coded_error.ts";

/** A way to write bytes as a text. */
export type Encoding = "utf8" | "utf16le" | "latin1" | "ascii" | "base64" | "base64url" | "hex";

const NAMES: Readonly<Record<string, Encoding>> = {
  __proto__: null as never,
  utf8: "utf8",
  "utf-8": "utf8",
  ucs2: "utf16le",
  "ucs-2": "utf16le",
  utf16le: "utf16le",
  "utf-16le": "utf16le",
  latin1: "latin1",
  binary: "latin1",
  ascii: "ascii",
  base64: "base64",
  base64url: "base64url",
  hex: "hex",
};

const encoder = new TextEncoder();
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** What `String.fromCharCode` is given at once. */
const CHARS_AT_ONCE = 8192;

/** The encoding that goes by this name, if any does. */
export function findEncoding(name: unknown): Encoding | undefined {
  return typeof name === "string" ? NAMES[name.toLowerCase()] : undefined;
}

/** The encoding that goes by this name; UTF-8 where none is named. */
export function encodingOf(name: unknown): Encoding {
  if (name === undefined || name === null || name === "") return "utf8";
  const found = findEncoding(name);
  if (found !== undefined) return found;
  throw codedError(TypeError, "ERR_UNKNOWN_ENCODING", `Unknown encoding: ${String(name)}`);
}

/** The bytes of a text. */
export function bytesOf(text: string, encoding: Encoding): Uint8Array<ArrayBuffer> {
  switch (encoding) {
    case "utf8":
      return encoder.encode(text);
    case "utf16le":
      return utf16Bytes(text);
    case "latin1":
    case "ascii":
      return Uint8Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
    case "base64":
    case "base64url":
      return base64Bytes(text);
    case "hex":
      return Uint8Array.fromHex(/^(?:[0-9a-f]{2})*/i.exec(text)![0]);
  }
}

/** The text that bytes stand for. */
export function textOf(bytes: Uint8Array, encoding: Encoding): string {
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (encoding) {
    case "utf8":
      return utf8.decode(plain);
    case "utf16le":
      return utf16Text(plain);
    case "latin1":
      return charsOf(plain);
    case "ascii":
      return charsOf(plain.map((byte) => byte & 0x7f));
    case "base64":
      return plain.toBase64();
    case "base64url":
      return plain.toBase64({ alphabet: "base64url", omitPadding: true });
    case "hex":
      return plain.toHex();
  }
}

function utf16Bytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < text.length; at++) view.setUint16(at * 2, text.charCodeAt(at), true);
  return bytes;
}

function utf16Text(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const units = new Uint16Array(bytes.length >> 1);
  for (let at = 0; at < units.length; at++) units[at] = view.getUint16(at * 2, true);
  return charsOf(units);
}

function charsOf(units: Uint8Array | Uint16Array): string {
  let text = "";
  for (let at = 0; at < units.length; at += CHARS_AT_ONCE) {
    text += String.fromCharCode(...units.subarray(at, at + CHARS_AT_ONCE));
  }
  return text;
}

/** Both alphabets are read, other characters passed over, and padding is the end, as Node does. */
function base64Bytes(text: string): Uint8Array<ArrayBuffer> {
  const clean = text.replace(/=[^]*$/, "").replaceAll("-", "+").replaceAll("_", "/")
    .replaceAll(/[^A-Za-z0-9+/]/g, "");
  const whole = clean.length % 4 === 1 ? clean.slice(0, -1) : clean;
  return Uint8Array.fromBase64(whole, { lastChunkHandling: "loose" });
}
