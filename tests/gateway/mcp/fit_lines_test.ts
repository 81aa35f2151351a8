import { assert, assertEquals, assertMatch } from "@std/assert";
import { countModelTokens } from "../../../src/text/count_model_tokens.ts";
import { fitLines } from "../../../src/gateway/mcp/show_run.ts";

Deno.test("fitLines leaves what fits as it is", () => {
  assertEquals(fitLines([], 10), []);
  assertEquals(fitLines(["a", "", "b"], 10), ["a", "", "b"]);
});

Deno.test("fitLines keeps the beginning and the end, and counts what is between", () => {
  const lines = Array.from({ length: 100 }, (_, at) => `line ${at}`);
  const fitted = fitLines(lines, 60);
  assertEquals(fitted[0], "line 0");
  assertEquals(fitted.at(-1), "line 99");
  const [note] = fitted.filter((line) => line.startsWith("["));
  const kept = fitted.length - 1;
  assertMatch(note!, new RegExp(`^\\[${100 - kept} of 100 log lines left out`));
});

Deno.test("fitLines costs no more than allowed, whatever the lines are", () => {
  for (const line of ["word word", "x".repeat(50_000), "日本語".repeat(40), "", "\n\n"]) {
    for (const max of [-5, 0, 10, 24, 25, 100, 1_000]) {
      const fitted = fitLines(Array(500).fill(line), max);
      assert(countModelTokens(fitted.join("\n")) <= Math.max(0, max), `${max} ${line.slice(0, 9)}`);
    }
  }
});
