import type { Reading } from "./program_files.ts";
import { OBSERVED } from "../../codegen/observed/observed_mark.ts";

/**
 * A wrapper as the compiler sees it. What no schema tells is `unknown` to a reader of the wrapper; a
 * program that uses it all the same is right more often than not, and so it may. A tool that names no
 * arguments may take some.
 */
export function lenientTypes(wrapper: string, reading: Reading): string {
  const text = reading === "observed" ? wrapper : withoutObserved(wrapper);
  return text.replace(WORDS, (word) => LENIENT.get(word) ?? word);
}

const LENIENT: ReadonlyMap<string, string> = new Map([
  ["unknown", "any"],
  ["Record<string, never>", "Record<string, any>"],
]);

/** Texts and comments are passed over; a key may be called so too. */
const WORDS =
  /"(?:[^"\\]|\\.)*"|\/\*[\s\S]*?\*\/|\/\/.*|\bunknown\b(?!\??:)|Record<string, never>/g;

/** An observed type goes from its mark to the end of its declaration. */
function withoutObserved(wrapper: string): string {
  const at = wrapper.indexOf(OBSERVED);
  if (at < 0) return wrapper;
  const declaration = /^export type (\w+) =[\s\S]*?;\n\n/m;
  return wrapper.slice(0, at) +
    wrapper.slice(at).replace(
      declaration,
      (_whole, name: string) => `export type ${name} = any;\n\n`,
    );
}
