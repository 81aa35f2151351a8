/**
 * `node:util` of a program: our own, made of nothing but the language, so that it leads nowhere.
 *
 * @module
 */
import { codedError, wrongType } from "./coded_error.ts";
import { isDeepEqual, types } from "./deep_equal.ts";
import { format, formatWithOptions, inspect } from "./inspect.ts";
import { parseArgs } from "./parse_args.ts";

const { TextDecoder, TextEncoder } = globalThis;
export { format, formatWithOptions, inspect, parseArgs, TextDecoder, TextEncoder, types };

const FOREGROUND = 39;
const BACKGROUND = 49;
const NAMES = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

/** Codes that turn each style on and off, by name. */
const STYLES: Record<string, [number, number]> = {
  reset: [0, 0],
  bold: [1, 22],
  dim: [2, 22],
  italic: [3, 23],
  underline: [4, 24],
  blink: [5, 25],
  inverse: [7, 27],
  hidden: [8, 28],
  strikethrough: [9, 29],
  doubleunderline: [21, 24],
  framed: [51, 54],
  overlined: [53, 55],
  gray: [90, FOREGROUND],
  grey: [90, FOREGROUND],
  bgGray: [100, BACKGROUND],
  bgGrey: [100, BACKGROUND],
};
NAMES.forEach((name, at) => {
  const after = `${name[0]!.toUpperCase()}${name.slice(1)}`;
  STYLES[name] = [30 + at, FOREGROUND];
  STYLES[`${name}Bright`] = [90 + at, FOREGROUND];
  STYLES[`bg${after}`] = [40 + at, BACKGROUND];
  STYLES[`bg${after}Bright`] = [100 + at, BACKGROUND];
});
Object.assign(inspect, { colors: STYLES });

type Callable = (this: unknown, ...values: unknown[]) => unknown;
type Callback = (error: unknown, ...values: unknown[]) => void;

const CUSTOM = Symbol.for("nodejs.util.promisify.custom");

export function promisify(original: Callable): Callable {
  if (typeof original !== "function") throw wrongType("original", "of type function", original);
  const custom = Reflect.get(original, CUSTOM) as Callable | undefined;
  if (custom !== undefined) return custom;
  function promised(this: unknown, ...values: unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      original.call(this, ...values, (error: unknown, value: unknown) => {
        if (error) reject(error);
        else resolve(value);
      });
    });
  }
  Object.setPrototypeOf(promised, Object.getPrototypeOf(original));
  Object.defineProperty(promised, CUSTOM, { value: promised, configurable: true });
  return Object.defineProperties(promised, Object.getOwnPropertyDescriptors(original));
}
promisify.custom = CUSTOM;

export function callbackify(original: Callable): Callable {
  if (typeof original !== "function") throw wrongType("original", "of type function", original);
  return function (this: unknown, ...values) {
    const callback = values.pop() as Callback;
    if (typeof callback !== "function") {
      throw wrongType("last argument", "of type function", callback);
    }
    (original.apply(this, values) as Promise<unknown>).then(
      (value) => queueMicrotask(() => callback(null, value)),
      (reason) => queueMicrotask(() => callback(reason || falsyRejection(reason))),
    );
  };
}

function falsyRejection(reason: unknown): Error {
  const error = codedError(
    Error,
    "ERR_FALSY_VALUE_REJECTION",
    "Promise was rejected with falsy value",
  );
  return Object.assign(error, { reason });
}

const warned = new Set<string>();

export function deprecate<T extends Callable>(original: T, message: string, code?: string): T {
  let isWarned = false;
  function deprecated(this: unknown, ...values: unknown[]): unknown {
    if (!isWarned && !(code !== undefined && warned.has(code))) {
      console.warn(`${code === undefined ? "" : `[${code}] `}DeprecationWarning: ${message}`);
      if (code !== undefined) warned.add(code);
    }
    isWarned = true;
    if (new.target !== undefined) return Reflect.construct(original, values, new.target);
    return original.apply(this, values);
  }
  Object.setPrototypeOf(deprecated, original);
  if (original.prototype) deprecated.prototype = original.prototype;
  return Object.defineProperty(deprecated, "length", { value: original.length }) as never as T;
}

export function inherits(constructor: Callable, parent: Callable): void {
  if (typeof constructor !== "function") throw wrongType("ctor", "of type function", constructor);
  if (typeof parent !== "function") throw wrongType("superCtor", "of type function", parent);
  Object.defineProperty(constructor, "super_", {
    value: parent,
    writable: true,
    configurable: true,
  });
  Object.setPrototypeOf(constructor.prototype, parent.prototype);
}

export function isDeepStrictEqual(one: unknown, other: unknown): boolean {
  return isDeepEqual(one, other, "strict");
}

export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) =>
    signal.addEventListener("abort", () => resolve(), { once: true })
  );
}

/** Returns a log that is never on: a program has no environment. */
export function debuglog(): Callable & { enabled: boolean } {
  return Object.assign(() => {}, { enabled: false });
}

export function toUSVString(text: unknown): string {
  return String(text).toWellFormed();
}

/** Reads lines of `NAME=value`. */
export function parseEnv(content: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = /^\s*(?:export\s+)?([\w.-]+)\s*=[ \t]*("[^"]*"|'[^']*'|`[^`]*`|[^#\n]*)/gm;
  for (const [, name = "", written = ""] of content.matchAll(lines)) {
    const [quote] = written;
    const isQuoted = quote !== undefined && /["'`]/.test(quote);
    const text = isQuoted ? written.slice(1, -1) : written.trim();
    values[name] = quote === '"' ? text.replaceAll("\\n", "\n") : text;
  }
  return values;
}

export function _extend<T extends object>(target: T, source: unknown): T {
  return typeof source === "object" ? Object.assign(target, source) : target;
}

export function log(...values: unknown[]): void {
  console.log(format(...values));
}

export const isArray = Array.isArray;
export { debuglog as debug };
export function styleText(format: string | readonly string[], text: string): string {
  if (typeof text !== "string") throw wrongType("text", "of type string", text);
  const styles = typeof format === "string" ? [format] : format;
  return styles.toReversed().reduce((styled, name) => {
    if (name === "none") return styled;
    const codes = Object.hasOwn(STYLES, name) ? STYLES[name] : undefined;
    if (codes !== undefined) return `\x1b[${codes[0]}m${styled}\x1b[${codes[1]}m`;
    const known = Object.keys(STYLES).join(", ");
    throw codedError(
      TypeError,
      "ERR_INVALID_ARG_VALUE",
      `The format "${name}" is none of: ${known}`,
    );
  }, text);
}

export function stripVTControlCharacters(text: string): string {
  if (typeof text !== "string") throw wrongType("str", "of type string", text);
  return text.replaceAll(ESCAPES, "");
}

const ESCAPES =
  // deno-lint-ignore no-control-regex
  /\x1b\][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)|[\x1b\x9b][[\]()#;?]*(?:\d{1,4}(?:[;:]\d{0,4})*)?[\dA-PR-TZcf-nq-uy=><~]/g;

export default {
  ...{ format, formatWithOptions, inspect, parseArgs, stripVTControlCharacters, styleText },
  ...{ TextDecoder, TextEncoder, types, promisify, callbackify, deprecate, inherits },
  ...{ isDeepStrictEqual, aborted, debuglog, debug: debuglog, toUSVString, parseEnv, _extend, log },
  ...{ isArray },
};
