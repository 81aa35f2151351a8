import { STEP, type Whereabouts } from "./argument_walker.ts";

/** The names that lead to a text, from the top. */
export function namesOf({ names }: Whereabouts): readonly string[] {
  return names === "" ? [] : names.split(STEP).slice(1);
}
