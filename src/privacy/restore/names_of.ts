import { type JsonPath, STEP } from "./argument_walker.ts";

/** The names that lead to a text, from the top. */
export function namesOf({ names }: JsonPath): readonly string[] {
  return names === "" ? [] : names.split(STEP).slice(1);
}
