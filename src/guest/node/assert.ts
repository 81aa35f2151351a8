/**
 * `node:assert` of a program.
 *
 * @module
 */
import { codedError, wrongType } from "./coded_error.ts";
import { isDeepEqual } from "./deep_equal.ts";
import { AssertionError, inspect } from "./inspect.ts";

export { AssertionError };

type Message = string | Error | undefined;
type Expected = RegExp | Record<string, unknown> | ((thrown: unknown) => unknown) | Message;
type Compared = (actual: unknown, expected: unknown, message?: Message) => void;

export function ok(...values: [value?: unknown, message?: Message]): void {
  const [value, message] = values;
  if (value) return;
  const text = values.length === 0
    ? "No value argument passed to `assert.ok()`"
    : message ?? "The expression evaluated to a falsy value";
  fails({ message: text, actual: value, expected: true, operator: "==" }, message === undefined);
}

// deno-lint-ignore eqeqeq
export const equal = comparing("equal", (one, other) => one == other || bothNaN(one, other));
export const notEqual = comparing("notEqual", (one, other) =>
  // deno-lint-ignore eqeqeq
  one != other && !bothNaN(one, other));
export const strictEqual = comparing("strictEqual", Object.is);
export const notStrictEqual = comparing("notStrictEqual", (one, other) => !Object.is(one, other));
export const deepEqual = comparing("deepEqual", (one, other) => isDeepEqual(one, other, "loose"));
export const notDeepEqual = comparing(
  "notDeepEqual",
  (one, other) => !isDeepEqual(one, other, "loose"),
);
export const deepStrictEqual = comparing(
  "deepStrictEqual",
  (one, other) => isDeepEqual(one, other, "strict"),
);
export const notDeepStrictEqual = comparing(
  "notDeepStrictEqual",
  (one, other) => !isDeepEqual(one, other, "strict"),
);
export const partialDeepStrictEqual = comparing("partialDeepStrictEqual", holds);

export function fail(message: Message = "Failed"): never {
  if (message instanceof Error) throw message;
  throw new AssertionError({ message, operator: "fail", stackStartFn: fail });
}

export function ifError(value: unknown): void {
  if (value === null || value === undefined) return;
  const told = value instanceof Error ? value.message : inspect(value);
  const message = `ifError got unwanted exception: ${told}`;
  fails({ message, actual: value, expected: null, operator: "ifError" });
}

export function throws(fn: () => unknown, expected?: Expected, message?: Message): void {
  if (typeof fn !== "function") throw wrongType("fn", "of type function", fn);
  try {
    fn();
  } catch (error) {
    return checkThrown(error, expected, message);
  }
  missing("exception", expected, message);
}

export async function rejects(
  promise: Promise<unknown> | (() => Promise<unknown>),
  expected?: Expected,
  message?: Message,
): Promise<void> {
  try {
    await (typeof promise === "function" ? promise() : promise);
  } catch (error) {
    return checkThrown(error, expected, message);
  }
  missing("rejection", expected, message);
}

export function doesNotThrow(fn: () => unknown, _expected?: Expected, message?: Message): void {
  try {
    fn();
  } catch (error) {
    unwanted("exception", error, message);
  }
}

export async function doesNotReject(
  promise: Promise<unknown> | (() => Promise<unknown>),
  _expected?: Expected,
  message?: Message,
): Promise<void> {
  try {
    await (typeof promise === "function" ? promise() : promise);
  } catch (error) {
    unwanted("rejection", error, message);
  }
}

export function match(text: string, pattern: RegExp, message?: Message): void {
  if (typeof text === "string" && pattern.test(text)) return;
  const told = `The input did not match the regular expression ${inspect(pattern)}. ` +
    `Input:\n\n${inspect(text)}\n`;
  fails({ message: message ?? told, actual: text, expected: pattern, operator: "match" });
}

export function doesNotMatch(text: string, pattern: RegExp, message?: Message): void {
  if (!pattern.test(text)) return;
  const told = `The input was expected to not match the regular expression ${inspect(pattern)}. ` +
    `Input:\n\n${inspect(text)}\n`;
  fails({ message: message ?? told, actual: text, expected: pattern, operator: "doesNotMatch" });
}

const all = {
  ...{ AssertionError, ok, equal, notEqual, strictEqual, notStrictEqual, deepEqual, notDeepEqual },
  ...{ deepStrictEqual, notDeepStrictEqual, partialDeepStrictEqual, fail, ifError, throws },
  ...{ rejects, doesNotThrow, doesNotReject, match, doesNotMatch },
};
const assert = Object.assign((...values: Parameters<typeof ok>) => ok(...values), all);

export const strict: typeof assert & { strict?: unknown } = Object.assign(
  (...values: Parameters<typeof ok>) => ok(...values),
  all,
  { equal: strictEqual, notEqual: notStrictEqual, deepEqual: deepStrictEqual },
  { notDeepEqual: notDeepStrictEqual },
);
strict.strict = strict;
export default Object.assign(assert, { strict });

function comparing(operator: string, same: (one: unknown, other: unknown) => boolean): Compared {
  const compare: Compared = (actual, expected, message) => {
    if (same(actual, expected)) return;
    if (message instanceof Error) throw message;
    throw new AssertionError({ message, actual, expected, operator, stackStartFn: compare });
  };
  return Object.defineProperty(compare, "name", { value: operator });
}

function bothNaN(one: unknown, other: unknown): boolean {
  return Number.isNaN(one) && Number.isNaN(other);
}

function holds(actual: unknown, expected: unknown): boolean {
  if (typeof expected !== "object" || expected === null) return Object.is(actual, expected);
  if (typeof actual !== "object" || actual === null) return false;
  if (!isPlain(expected)) return isDeepEqual(actual, expected, "strict");
  return Object.entries(expected).every(([key, value]) =>
    key in actual && holds(Reflect.get(actual, key), value)
  );
}

function isPlain(value: object): boolean {
  return Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value));
}

type Failure = Omit<ConstructorParameters<typeof AssertionError>[0], "message"> & {
  message: Message;
};

function fails({ message, ...failure }: Failure, isGenerated = false): never {
  if (message instanceof Error) throw message;
  const error = new AssertionError({ message, ...failure });
  throw isGenerated ? Object.assign(error, { generatedMessage: true }) : error;
}

function checkThrown(error: unknown, expected: Expected, message: Message): void {
  if (expected === undefined || typeof expected === "string") return;
  if (expected instanceof RegExp) {
    if (!expected.test(String(error))) wrongThrown(error, expected, message);
    return;
  }
  if (typeof expected === "function") {
    const isClass = expected.prototype !== undefined && error instanceof expected;
    if (isClass || expected.prototype instanceof Error || expected === Error as unknown) {
      // What is of another class is thrown on, as Node does.
      if (!isClass) throw error;
      return;
    }
    if (Reflect.apply(expected, {}, [error]) !== true) wrongThrown(error, expected, message);
    return;
  }
  const keys = [
    ...Object.keys(expected),
    ...(expected instanceof Error ? ["name", "message"] : []),
  ];
  if (keys.length === 0) {
    throw codedError(TypeError, "ERR_INVALID_ARG_VALUE", 'The "error" argument must not be empty');
  }
  for (const key of keys) {
    const [has, wants] = [Reflect.get(Object(error), key), Reflect.get(expected, key)];
    const isSame = wants instanceof RegExp && typeof has === "string"
      ? wants.test(has)
      : isDeepEqual(has, wants, "strict");
    if (!isSame) wrongThrown(error, expected, message);
  }
}

function wrongThrown(actual: unknown, expected: unknown, message: Message): never {
  const told = `What was thrown is not what was expected: ${inspect(actual)}`;
  return fails({ message: message ?? told, actual, expected, operator: "throws" });
}

function missing(what: string, expected: Expected, message: Message): never {
  const given = typeof expected === "string" ? expected : message;
  const told = `Missing expected ${what}${given === undefined ? "." : `: ${String(given)}`}`;
  return fails({ message: given instanceof Error ? given : told, operator: "throws" });
}

function unwanted(what: string, error: unknown, message: Message): never {
  const actual = error instanceof Error ? error.message : inspect(error);
  const told = `Got unwanted ${what}.\nActual message: "${actual}"`;
  return fails({ message: message ?? told, actual: error, operator: "doesNotThrow" });
}
