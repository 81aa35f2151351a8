import { assert, assertEquals } from "@std/assert";
import {
  countModelTokens,
  estimateModelTokens,
  ModelTokenEstimate,
} from "../../src/text/count_model_tokens.ts";

const rows = JSON.stringify(
  Array.from({ length: 400 }, (_, id) => ({ id: `lead-${id}`, status: "won", score: id % 100 })),
);

Deno.test("a short text is counted, a long one estimated closely", async () => {
  assertEquals(await estimateModelTokens(""), 0);
  assertEquals(await estimateModelTokens("return 6 * 7;"), countModelTokens("return 6 * 7;"));
  const [exact, estimate] = [countModelTokens(rows), await estimateModelTokens(rows)];
  assert(Math.abs(estimate - exact) < exact * 0.1, `${estimate} for ${exact}`);
});

Deno.test("traffic is estimated from what was sampled of it, in characters of several bytes too", async () => {
  for (const text of [rows, "数据库".repeat(2_000), "x".repeat(9_000)]) {
    const body = new TextEncoder().encode(text);
    const estimate = new ModelTokenEstimate();
    for (let n = 0; n < 50; n++) estimate.sample(body);
    const exact = countModelTokens(text);
    const estimated = await estimate.of(body.length);
    assert(Math.abs(estimated - exact) < exact * 0.2, `${estimated} for ${exact}`);
  }
});

Deno.test("what was not sampled is taken to be usual", async () => {
  assertEquals(await new ModelTokenEstimate().of(0), 0);
  assertEquals(await new ModelTokenEstimate().of(700), 200);
});
