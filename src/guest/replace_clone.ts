import { apply, defineProperty } from "./primordials.ts";

const NO_CHANNEL = "MessageChannel is not defined";

/**
 * A stream that is transferred would be sent through a channel, which a program has not: it is told so
 * as of anything else that cannot be cloned.
 */
export function replaceClone(): void {
  const { structuredClone: clone } = globalThis;
  const NativeReferenceError = ReferenceError;
  const NativeDOMException = DOMException;
  const value = {
    structuredClone(...values: unknown[]): unknown {
      try {
        return apply(clone, undefined, values);
      } catch (error) {
        if (!(error instanceof NativeReferenceError) || error.message !== NO_CHANNEL) throw error;
        throw new NativeDOMException(
          "Cannot transfer stream: it stays where it is",
          "DataCloneError",
        );
      }
    },
  }.structuredClone;
  defineProperty(value, "length", { value: 1 });
  defineProperty(globalThis, "structuredClone", { value, writable: true, configurable: true });
}
