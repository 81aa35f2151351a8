import { assert } from "@std/assert";
import { sampled } from "../fixtures/sampled.ts";
import { startTestRuntime } from "../fixtures/test_runtime.ts";
import { DEEP_TEXTS } from "./worst_texts.ts";

/** Around where each parser, and each walk through a tree, runs out of stack. */
const DEPTHS = [150, 1_900, 2_600, 20_000];

Deno.test("a program that goes too deep is refused in words, and any other runs", async (t) => {
  // The compiler has a stack of its own.
  await using runtime = await startTestRuntime({ policy: { check: "off" } });
  for (const [what, make] of sampled(Object.entries(DEEP_TEXTS), { keep: 6, name: "deep" })) {
    await t.step(what, async () => {
      let wasRefused = false;
      for (const depth of DEPTHS) {
        const { status, error } = await runtime.run({ code: make(depth) });
        const isRefused = error?.code === "PROGRAM_SYNTAX" &&
          error.message === "Cannot read program: it is nested too deeply";
        const ran = status === "completed" || MISTAKES.test(error?.message ?? "");
        assert(isRefused || ran && !wasRefused, `${depth}: ${status} ${JSON.stringify(error)}`);
        wasRefused ||= isRefused;
      }
      assert(wasRefused);
    });
  }
});

/** What such programs themselves do wrong. */
const MISTAKES = /is not iterable|import\(\) takes what the program also names/;
