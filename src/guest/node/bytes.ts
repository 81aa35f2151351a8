import { codedError, outOfRange, wrongType } from "./coded_error.ts";

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

/** Arguments of one call of `String.fromCharCode`. */
const CHARS_AT_ONCE = 8192;

export function findEncoding(name: unknown): Encoding | undefined {
  return typeof name === "string" ? NAMES[name.toLowerCase()] : undefined;
}

export function encodingOf(name: unknown): Encoding {
  if (name === undefined || name === null || name === "") return "utf8";
  const found = findEncoding(name);
  if (found !== undefined) return found;
  throw codedError(TypeError, "ERR_UNKNOWN_ENCODING", `Unknown encoding: ${String(name)}`);
}

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

/** The names of each kind of number in `DataView` and in buffers. */
const KINDS = [
  { view: "Uint8", bytes: 1, names: ["UInt8", "Uint8"] },
  { view: "Int8", bytes: 1, names: ["Int8"] },
  { view: "Uint16", bytes: 2, names: ["UInt16", "Uint16"] },
  { view: "Int16", bytes: 2, names: ["Int16"] },
  { view: "Uint32", bytes: 4, names: ["UInt32", "Uint32"] },
  { view: "Int32", bytes: 4, names: ["Int32"] },
  { view: "BigUint64", bytes: 8, names: ["BigUInt64", "BigUint64"] },
  { view: "BigInt64", bytes: 8, names: ["BigInt64"] },
  { view: "Float32", bytes: 4, names: ["Float"] },
  { view: "Float64", bytes: 8, names: ["Double"] },
] as const;

type Numeric = number | bigint;
type View = Record<string, (at: number, value: Numeric, little?: boolean) => Numeric>;

export function defineNumbers(prototype: object): void {
  for (const { view, bytes, names } of KINDS) {
    for (const name of names) {
      for (const end of bytes === 1 ? [""] : ["LE", "BE"]) {
        define(prototype, `read${name}${end}`, function (offset = 0) {
          return viewOf(this, offset, bytes)[`get${view}`]!(0, (end === "LE") as never);
        });
        define(prototype, `write${name}${end}`, function (value, offset = 0) {
          checkValue(view, value);
          viewOf(this, offset, bytes)[`set${view}`]!(0, value as Numeric, end === "LE");
          return (offset as number) + bytes;
        });
      }
    }
  }
  for (const name of ["UInt", "Uint", "Int"]) {
    for (const end of ["LE", "BE"]) defineLong(prototype, name, end);
  }
}

/** Numbers of one to six bytes. */
function defineLong(prototype: object, name: string, end: string): void {
  const isSigned = name === "Int";
  define(prototype, `read${name}${end}`, function (offset, byteLength) {
    const length = lengthOf(byteLength);
    const view = viewOf(this, offset, length);
    let value = 0;
    for (let at = 0; at < length; at++) {
      const place = end === "BE" ? at : length - 1 - at;
      value = value * 256 + Number(view.getUint8!(place, 0));
    }
    return isSigned && value >= 2 ** (length * 8 - 1) ? value - 2 ** (length * 8) : value;
  });
  define(prototype, `write${name}${end}`, function (value, offset, byteLength) {
    const length = lengthOf(byteLength);
    const view = viewOf(this, offset, length);
    const most = 2 ** (length * 8 - (isSigned ? 1 : 0));
    const number = Number(value);
    if (number >= most || number < (isSigned ? -most : 0)) {
      throw outOfRange("value", `within ${length} bytes`, value);
    }
    let rest = number < 0 ? number + 2 ** (length * 8) : number;
    for (let at = 0; at < length; at++) {
      view.setUint8!(end === "LE" ? at : length - 1 - at, rest % 256);
      rest = Math.floor(rest / 256);
    }
    return (offset as number) + length;
  });
}

type Method = (this: Uint8Array, ...values: unknown[]) => unknown;

function define(prototype: object, name: string, value: Method): void {
  Object.defineProperty(value, "name", { value: name });
  Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
}

function viewOf(buffer: Uint8Array, offset: unknown, bytes: number): View {
  if (typeof offset !== "number") throw wrongType("offset", "of type number", offset);
  const last = buffer.length - bytes;
  if (!Number.isInteger(offset) || offset < 0 || offset > last) {
    throw outOfRange("offset", `>= 0 and <= ${last}`, offset);
  }
  return new DataView(buffer.buffer, buffer.byteOffset + offset, bytes) as unknown as View;
}

function lengthOf(byteLength: unknown): number {
  if (typeof byteLength !== "number") throw wrongType("byteLength", "of type number", byteLength);
  if (Number.isInteger(byteLength) && byteLength >= 1 && byteLength <= 6) return byteLength;
  throw outOfRange("byteLength", ">= 1 and <= 6", byteLength);
}

const RANGE = /^(Big)?(Ui|I)nt(\d+)$/;

function checkValue(view: string, value: unknown): void {
  const found = RANGE.exec(view);
  if (found === null) return;
  const [, big, sign, bits] = found;
  if (big !== undefined && typeof value !== "bigint") {
    throw wrongType("value", "of type bigint", value);
  }
  const most = 2n ** BigInt(Number(bits) - (sign === "I" ? 1 : 0));
  const least = sign === "I" ? -most : 0n;
  const number = value as Numeric;
  if (number < least || number >= most) {
    throw outOfRange("value", `>= ${least} and < ${most}`, value);
  }
}
