/** The `@std/assert` functions in use, over the runtime's own `node:assert`. */
import { strict } from "node:assert";

/** Throws unless `expr` is truthy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  strict.ok(expr, msg || undefined);
}

/** Throws unless both are deeply equal. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  strict.deepStrictEqual(actual, expected, msg);
}

/** Throws if both are deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  strict.notDeepStrictEqual(actual, expected, msg);
}

/** Throws unless `actual` contains `expected`. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  strict.ok(
    actual.includes(expected),
    msg ?? `Expected actual: "${actual}" to contain: "${expected}"`,
  );
}

/** Throws unless `actual` matches `expected`. */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  strict.match(actual, expected, msg);
}

// deno-lint-ignore no-explicit-any -- the parameter list of a class is open
type ErrorClass<E> = abstract new (...args: any[]) => E;

/** Throws unless `fn` throws; returns what it threw. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  errorClass?: ErrorClass<E>,
  msgIncludes?: string,
): E {
  try {
    fn();
  } catch (error) {
    return expectError(error, errorClass, msgIncludes);
  }
  throw new strict.AssertionError({ message: "Expected function to throw" });
}

/** Rejects unless the promise of `fn` rejects; resolves with the reason. */
export async function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  errorClass?: ErrorClass<E>,
  msgIncludes?: string,
): Promise<E> {
  try {
    await fn();
  } catch (error) {
    return expectError(error, errorClass, msgIncludes);
  }
  throw new strict.AssertionError({ message: "Expected function to reject" });
}

function expectError<E extends Error>(
  error: unknown,
  errorClass: ErrorClass<E> | undefined,
  msgIncludes: string | undefined,
): E {
  strict.ok(error instanceof Error, "Expected an Error object to be thrown");
  if (errorClass) {
    strict.ok(
      error instanceof errorClass,
      `Expected error to be instance of "${errorClass.name}", but was "${error.constructor.name}: ${error.message}"`,
    );
  }
  if (msgIncludes) assertStringIncludes(error.message, msgIncludes);
  return error as E;
}
