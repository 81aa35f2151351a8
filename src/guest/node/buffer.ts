/**
 * `node:buffer` of a program: our own, made of nothing but the language, so that it leads nowhere.
 *
 * @module
 */
import { bytesOf, defineNumbers, encodingOf, findEncoding, textOf } from "./bytes.ts";
import { outOfRange, wrongType } from "./coded_error.ts";

const MAX_LENGTH = 2 ** 53 - 1;
const INSPECTED_BYTES = 50;
const INSPECT = Symbol.for("nodejs.util.inspect.custom");

class Bytes extends Uint8Array<ArrayBuffer> {
  get parent(): ArrayBuffer {
    return this.buffer;
  }

  get offset(): number {
    return this.byteOffset;
  }

  override subarray(start?: number, end?: number): Bytes {
    const { byteOffset, byteLength } = super.subarray(start, end);
    return new Bytes(this.buffer, byteOffset, byteLength);
  }

  override slice(start?: number, end?: number): Bytes {
    return this.subarray(start, end);
  }

  override toString(encoding?: unknown, start = 0, end: number = this.length): string {
    return textOf(this.subarray(Math.max(0, start), Math.max(0, end)), encodingOf(encoding));
  }

  override toLocaleString(encoding?: unknown): string {
    return this.toString(encoding);
  }

  toJSON(): { type: "Buffer"; data: number[] } {
    return { type: "Buffer", data: Array.from(this) };
  }

  write(text: string, ...rest: unknown[]): number {
    const [offset = 0, length = this.length] = rest.filter((value) => typeof value === "number");
    const encoding = encodingOf(rest.find((value) => typeof value === "string"));
    const room = Math.min(length as number, this.length - (offset as number));
    const bytes = bytesOf(text, encoding);
    const count = wholeCharacters(bytes, Math.max(0, room), encoding);
    this.set(bytes.subarray(0, count), offset as number);
    return count;
  }

  equals(other: Uint8Array): boolean {
    return compare(this, other) === 0;
  }

  compare(
    target: Uint8Array,
    targetStart = 0,
    targetEnd: number = target.length,
    start = 0,
    end: number = this.length,
  ): -1 | 0 | 1 {
    return compare(this.subarray(start, end), target.subarray(targetStart, targetEnd));
  }

  copy(target: Uint8Array, targetStart = 0, start = 0, end: number = this.length): number {
    const part = new Uint8Array(this.buffer, this.byteOffset, this.length)
      .subarray(start, Math.min(end, start + Math.max(0, target.length - targetStart)));
    target.set(part, targetStart);
    return part.length;
  }

  override fill(value: unknown, ...rest: unknown[]): this {
    const [start = 0, end = this.length] = rest.filter((item) => typeof item === "number");
    const range = [start as number, end as number] as const;
    if (typeof value === "number") return super.fill(value & 255, ...range);
    const encoding = encodingOf(rest.find((item) => typeof item === "string"));
    const bytes = patternOf(value, encoding);
    if (bytes.length === 0) return super.fill(0, ...range);
    for (let at = range[0]; at < range[1]; at++) this[at] = bytes[(at - range[0]) % bytes.length]!;
    return this;
  }

  override indexOf(value: unknown, from: unknown = 0, encoding?: unknown): number {
    const [start, name] = typeof from === "string" ? [0, from] : [Number(from), encoding];
    const sought = patternOf(value, encodingOf(name));
    const first = start < 0 ? Math.max(0, this.length + start) : start;
    for (let at = first; at <= this.length - sought.length; at++) {
      if (holdsAt(this, sought, at)) return at;
    }
    return -1;
  }

  override lastIndexOf(value: unknown, from?: unknown, encoding?: unknown): number {
    const [start, name] = typeof from === "string" ? [undefined, from] : [from, encoding];
    const sought = patternOf(value, encodingOf(name));
    const given = start === undefined ? this.length : Number(start);
    const last = Math.min(given < 0 ? this.length + given : given, this.length - sought.length);
    for (let at = last; at >= 0; at--) if (holdsAt(this, sought, at)) return at;
    return -1;
  }

  override includes(value: unknown, from?: unknown, encoding?: unknown): boolean {
    return this.indexOf(value, from, encoding) !== -1;
  }

  swap16(): this {
    return swap(this, 2);
  }

  swap32(): this {
    return swap(this, 4);
  }

  swap64(): this {
    return swap(this, 8);
  }

  [INSPECT](): string {
    const shown = Array.from(this.subarray(0, INSPECTED_BYTES), (byte) => hexOf(byte)).join(" ");
    const more = this.length - INSPECTED_BYTES;
    const rest = more > 0 ? ` ... ${more} more byte${more > 1 ? "s" : ""}` : "";
    return shown === "" ? "<Buffer>" : `<Buffer ${shown}${rest}>`;
  }
}
defineNumbers(Bytes.prototype);

/** The callable `Buffer`, with `new` or without. */
function makeBuffer(value: unknown, encodingOrOffset?: unknown, length?: number): Bytes {
  return typeof value === "number" ? alloc(value) : from(value, encodingOrOffset, length);
}

export const Buffer = Object.assign(makeBuffer, {
  from,
  alloc,
  allocUnsafe: (size: number) => alloc(size),
  allocUnsafeSlow: (size: number) => alloc(size),
  of: (...bytes: number[]) => from(bytes),
  concat,
  compare,
  byteLength,
  copyBytesFrom: (view: Uint8Array, offset = 0, length?: number) =>
    from(view.subarray(offset, length === undefined ? undefined : offset + length)),
  isBuffer: (value: unknown) => value instanceof Bytes,
  isEncoding: (name: unknown) => findEncoding(name) !== undefined,
  poolSize: 8192,
});
Object.defineProperty(Buffer, "name", { value: "Buffer" });
Object.defineProperty(Buffer, "prototype", { value: Bytes.prototype });
Object.defineProperty(Buffer, Symbol.species, { get: () => Bytes });
Object.defineProperty(Bytes.prototype, "constructor", { value: Buffer, configurable: true });
Object.setPrototypeOf(Buffer, Uint8Array);

export const SlowBuffer = (size: number): Bytes => alloc(size);
export const INSPECT_MAX_BYTES = INSPECTED_BYTES;
export const kMaxLength = MAX_LENGTH;
export const kStringMaxLength = 2 ** 29 - 24;
export const constants = { MAX_LENGTH, MAX_STRING_LENGTH: kStringMaxLength };
const { atob, btoa, Blob, File } = globalThis;
export { atob, Blob, btoa, File };

export function isAscii(bytes: Uint8Array | ArrayBuffer): boolean {
  return new Uint8Array(from(bytes)).every((byte) => byte < 0x80);
}

export function isUtf8(bytes: Uint8Array | ArrayBuffer): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

export function transcode(bytes: Uint8Array, fromEncoding: string, toEncoding: string): Bytes {
  return from(textOf(bytes, encodingOf(fromEncoding)), toEncoding);
}

export default {
  ...{ Buffer, SlowBuffer, INSPECT_MAX_BYTES, kMaxLength, kStringMaxLength, constants, atob, btoa },
  ...{ Blob, File, isAscii, isUtf8, transcode },
};

function from(value: unknown, encodingOrOffset?: unknown, length?: number): Bytes {
  if (typeof value === "string") return wrap(bytesOf(value, encodingOf(encodingOrOffset)));
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) {
    return new Bytes(value as ArrayBuffer, encodingOrOffset as number | undefined, length);
  }
  if (typeof value !== "object" || value === null) {
    throw wrongType(
      "value",
      "of type string or an instance of Buffer, ArrayBuffer or Array",
      value,
    );
  }
  const { type, data } = value as { type?: unknown; data?: unknown };
  if (type === "Buffer" && Array.isArray(data)) return wrap(Uint8Array.from(data));
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return wrap(new Uint8Array(value as Uint8Array));
  }
  if ("length" in value) return wrap(Uint8Array.from(value as ArrayLike<number>));
  const primitive = value.valueOf();
  if (primitive !== value) return from(primitive, encodingOrOffset, length);
  throw wrongType("value", "of type string or an instance of Buffer, ArrayBuffer or Array", value);
}

function wrap(bytes: Uint8Array): Bytes {
  return new Bytes(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
}

function alloc(size: number, fill?: unknown, encoding?: unknown): Bytes {
  if (typeof size !== "number") throw wrongType("size", "of type number", size);
  if (!(size >= 0 && size <= MAX_LENGTH)) {
    throw outOfRange("size", `>= 0 && <= ${MAX_LENGTH}`, size);
  }
  const bytes = wrap(new Uint8Array(size));
  return fill === undefined || fill === 0 ? bytes : bytes.fill(fill, encoding);
}

function concat(list: readonly Uint8Array[], length?: number): Bytes {
  if (!Array.isArray(list)) throw wrongType("list", "an instance of Array", list);
  const whole = alloc(length ?? list.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of list) {
    if (at >= whole.length) break;
    whole.set(part.subarray(0, whole.length - at), at);
    at += part.length;
  }
  return whole;
}

function compare(one: Uint8Array, other: Uint8Array): -1 | 0 | 1 {
  if (!(one instanceof Uint8Array)) throw wrongType("buf1", "an instance of Buffer", one);
  if (!(other instanceof Uint8Array)) throw wrongType("buf2", "an instance of Buffer", other);
  const shared = Math.min(one.length, other.length);
  for (let at = 0; at < shared; at++) {
    if (one[at] !== other[at]) return one[at]! < other[at]! ? -1 : 1;
  }
  if (one.length === other.length) return 0;
  return one.length < other.length ? -1 : 1;
}

function byteLength(value: string | ArrayBuffer | ArrayBufferView, encoding?: unknown): number {
  if (typeof value !== "string") return value.byteLength;
  return bytesOf(value, findEncoding(encoding) ?? "utf8").length;
}

function patternOf(value: unknown, encoding: ReturnType<typeof encodingOf>): Uint8Array {
  if (typeof value === "number") return Uint8Array.of(value & 255);
  if (typeof value === "string") return bytesOf(value, encoding);
  if (value instanceof Uint8Array) return value;
  throw wrongType("value", "of type number or string or an instance of Buffer", value);
}

function holdsAt(bytes: Uint8Array, sought: Uint8Array, start: number): boolean {
  for (let at = 0; at < sought.length; at++) if (bytes[start + at] !== sought[at]) return false;
  return true;
}

/** Leaves out a character of which not all bytes fit. */
function wholeCharacters(bytes: Uint8Array, room: number, encoding: string): number {
  if (bytes.length <= room) return bytes.length;
  if (encoding === "utf16le") return room - room % 2;
  let count = room;
  if (encoding === "utf8") { while (count > 0 && (bytes[count]! & 0xc0) === 0x80) count--; }
  return count;
}

function swap<T extends Uint8Array>(bytes: T, size: number): T {
  if (bytes.length % size !== 0) {
    throw new RangeError(`Buffer size must be a multiple of ${size * 8}-bits`);
  }
  for (let at = 0; at < bytes.length; at += size) {
    const part = Uint8Array.from(bytes.subarray(at, at + size));
    bytes.set(part.reverse(), at);
  }
  return bytes;
}

function hexOf(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
