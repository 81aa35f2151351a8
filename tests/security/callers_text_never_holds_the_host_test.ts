import { assert, assertEquals } from "@std/assert";
import { BURNING } from "../bench/hostile/hostile_callers.ts";
import { measureCallers } from "../bench/hostile/measure_callers.ts";
import { sampled } from "../fixtures/sampled.ts";
import { repeat, STALLING_TEXTS } from "./worst_texts.ts";

/**
 * Bounds that no machine is too slow for: what they tell apart is a host that answers and one that
 * stands still. How fast it answers, `deno task bench:hostile` measures.
 */
const ANSWERS_WITHIN_MS = 10_000;
const STOPS_WITHIN_MS = 15_000;

/** Each held the host for seconds or for ever. */
const TEXTS = {
  ...Object.fromEntries(
    Object.entries(STALLING_TEXTS).map(([name, make]) => [name, make(60)]),
  ),
  "digits and blanks": `return '${repeat(() => "1 ", 900_000)}'.length;`,
  "many computed calls": repeat((at) => `globalThis["a${at}"]?.();\n`, 900_000),
  "a template of many parts": "const x = 1; return `" + "${x} ".repeat(180_000) + "`.length;",
};

for (
  const [what, programs] of sampled(
    [["the worst texts", TEXTS], ["programs that use all of the CPU", BURNING]] as const,
    { keep: 1, name: "callers" },
  )
) {
  Deno.test(`while six callers post ${what}, the host answers others and hears SIGTERM`, async () => {
    const figures = await measureCallers({ programs, callers: 6, runs: 2, areOne: false });
    assertEquals(figures.besideMs.length, 2);
    assert(figures.healthMs.length > 0);
    const longest = Math.max(...figures.healthMs);
    assert(longest < ANSWERS_WITHIN_MS, `/healthz took ${longest} ms`);
    assert(figures.stopMs < STOPS_WITHIN_MS, `SIGTERM took ${figures.stopMs} ms`);
  });
}
