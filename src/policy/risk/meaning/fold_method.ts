/** A value that stands in a program, or that what stands there always gives. */
export type Value = string | number | boolean | null | undefined | readonly Value[];

/** Longer texts are no names. */
const MAX_LENGTH = 1_000;
const MAX_ITEMS = 500;

/** What is not known, or too large to be kept. */
export const UNKNOWN = Symbol("unknown");

/** A value, where it is known. */
export type Folded = Value | typeof UNKNOWN;

/** The value, unless it is too large. */
export function bounded(value: unknown): Folded {
  if (typeof value === "string") return value.length > MAX_LENGTH ? UNKNOWN : value;
  if (Array.isArray(value)) {
    return value.length > MAX_ITEMS || value.some((item) => bounded(item) === UNKNOWN)
      ? UNKNOWN
      : value;
  }
  const isPlain = value === null || value === undefined || typeof value === "number" ||
    typeof value === "boolean";
  return isPlain ? value as Value : UNKNOWN;
}

/** Methods of texts that give a value, and change nothing. */
const OF_TEXTS = new Set(
  ("concat slice substring substr charAt at charCodeAt codePointAt toLowerCase toUpperCase trim " +
    "trimStart trimEnd replace replaceAll split toString valueOf normalize padStart padEnd repeat")
    .split(" "),
);
const OF_LISTS = new Set("join reverse toReversed slice concat at flat toString".split(" "));
const OF_NUMBERS = new Set(["toString", "toFixed", "valueOf"]);

/** What a method of a value gives. */
export function foldMethod(on: Value, name: string, args: readonly Value[]): Folded {
  // What makes more than it is given is asked for no more than is kept.
  const counts = args.filter((arg) => typeof arg === "number");
  if (/^(repeat|pad)/.test(name) && counts.some((count) => count > MAX_LENGTH)) return UNKNOWN;
  if (args.some((arg) => typeof arg === "object" && arg !== null) && name !== "concat") {
    return UNKNOWN;
  }
  try {
    if (typeof on === "string" && OF_TEXTS.has(name)) {
      return bounded(Reflect.apply((String.prototype as never)[name], on, args));
    }
    if (Array.isArray(on) && OF_LISTS.has(name)) {
      return bounded(Reflect.apply((Array.prototype as never)[name], [...on], args));
    }
    if (typeof on === "number" && OF_NUMBERS.has(name)) {
      return bounded(Reflect.apply((Number.prototype as never)[name], on, args));
    }
  } catch {
    // It throws where the program runs, too.
  }
  return UNKNOWN;
}

/** Functions of the language that give the same for the same. */
const PURE: Readonly<Record<string, (...args: never[]) => unknown>> = {
  String: (value: Value) => String(value),
  Number: (value: Value) => Number(value),
  parseInt,
  parseFloat,
  "Number.parseInt": parseInt,
  atob,
  btoa,
  decodeURIComponent,
  decodeURI,
  encodeURIComponent,
  unescape,
  "String.fromCharCode": (...codes: number[]) => String.fromCharCode(...codes),
  "String.fromCodePoint": (...codes: number[]) => String.fromCodePoint(...codes),
  "Array.from": (items: string | Value[]) => Array.from(items),
  "Array.of": (...items: Value[]) => items,
  "JSON.parse": (text: string) => JSON.parse(text),
  "JSON.stringify": (value: Value) => JSON.stringify(value),
  // Their bytes are given as they are, and made a text where they are decoded.
  Uint8Array: (bytes: Value[]) => Array.from(bytes),
  "Uint8Array.from": (bytes: Value[]) => Array.from(bytes),
  "Uint8Array.of": (...bytes: Value[]) => bytes,
  "Buffer.from": (data: string | Value[], encoding?: string) => bytesOf(data, encoding),
};

/** What a function of the language gives, by its name. */
export function foldGlobal(name: string, args: readonly Value[]): Folded {
  const pure = Object.hasOwn(PURE, name) ? PURE[name] : undefined;
  if (pure === undefined) return UNKNOWN;
  try {
    return bounded(Reflect.apply(pure, undefined, args));
  } catch {
    return UNKNOWN;
  }
}

/** The text that bytes are. */
export function decodeBytes(bytes: Value): Folded {
  if (!Array.isArray(bytes) || bytes.some((byte) => typeof byte !== "number")) return UNKNOWN;
  return bounded(new TextDecoder().decode(Uint8Array.from(bytes as number[])));
}

function bytesOf(data: string | Value[], encoding: string | undefined): Value[] {
  if (typeof data !== "string") return Array.from(data);
  if (encoding === "base64" || encoding === "base64url") return [...Uint8Array.fromBase64(data)];
  if (encoding === "hex") return [...Uint8Array.fromHex(data)];
  return [...new TextEncoder().encode(data)];
}
