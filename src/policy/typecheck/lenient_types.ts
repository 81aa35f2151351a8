import type { Reading } from "./program_paths.ts";
import { withoutObserved } from "../../codegen/observed/observed_type.ts";

/**
 * A wrapper as the compiler sees it. What no schema tells is `unknown` to a reader of the wrapper; a
 * program that uses it all the same is right more often than not, and so it may. A tool that names no
 * arguments may take some.
 */
export function lenientTypes(wrapper: string, reading: Reading): string {
  const text = reading === "observed" ? wrapper : withoutObserved(wrapper, "any");
  return text.replace(CLIENT, "").replace(WORDS, (word) => LENIENT.get(word) ?? word);
}

/** What a wrapper calls its server with: nothing that its types are made of. */
const CLIENT = /^import \{ callMCPTool \} from "\.\.\/client\.ts";$/m;

const LENIENT: ReadonlyMap<string, string> = new Map([
  ["unknown", "any"],
  ["Record<string, never>", "Record<string, any>"],
]);

/** Texts and comments are passed over; a key may be called so too. */
const WORDS =
  /"(?:[^"\\]|\\.)*"|\/\*[\s\S]*?\*\/|\/\/.*|\bunknown\b(?!\??:)|Record<string, never>/g;
