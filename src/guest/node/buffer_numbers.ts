import { outOfRange, wrongType } from "./coded_error.ts";

/** How a `DataView` calls a kind of number, and by which names buffers do. */
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

/** Gives buffers the methods that read and write numbers. */
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
