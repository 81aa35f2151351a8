import { assert, assertEquals } from "@std/assert";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import {
  countModelTokens,
  estimateModelTokens,
  exceedsModelTokens,
  ModelTokenEstimate,
} from "../../src/text/count_model_tokens.ts";
import { splitForCounting } from "../../src/text/token_parts.ts";
import { HOSTILE_TEXTS } from "../fixtures/hostile_texts.ts";

Deno.test("countModelTokens() counts as the encoding does", async () => {
  assertEquals(countModelTokens(""), 0);
  assertEquals(countModelTokens("hello world"), 2);
  const text = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
  const exact = countTokens(text, { disallowedSpecial: new Set() });
  const counted = countModelTokens(text);
  assert(Math.abs(counted - exact) <= exact / 1_000, `${counted} for ${exact}`);
  assertEquals(await exceedsModelTokens(text, counted), false);
  assertEquals(await exceedsModelTokens(text, counted - 1), true);
});

Deno.test("countModelTokens() takes names of control tokens as text, never as an error", () => {
  assert(countModelTokens("a <|endoftext|> b") > 5);
  assert(countModelTokens("<|endoftext|><|endoftext|>") > 5);
});

Deno.test("countModelTokens() counts endless words and blanks in parts", () => {
  assert(countModelTokens("ab".repeat(50_000)) >= 25_000 / 2);
  assert(countModelTokens(" ".repeat(100_000)) > 0);
});

Deno.test("a hostile text is counted no further than asked", async () => {
  for (const [name, text] of Object.entries(HOSTILE_TEXTS)) {
    // A part of 4,000 characters costs at most three tokens a character.
    const counted = countModelTokens(text, 8_000);
    assert(counted === Infinity || counted < 8_000 + 3 * 6_000, `${name}: ${counted}`);
    assertEquals(await exceedsModelTokens(text, 2_000), true, name);
  }
});

Deno.test("exceedsModelTokens() knows that a character may cost several tokens", async () => {
  const rare = "\u{12000}".repeat(50);
  assert(countModelTokens(rare) > rare.length);
  assertEquals(await exceedsModelTokens(rare, rare.length), true);
  assertEquals(await exceedsModelTokens("x", 1), false);
});

Deno.test("others have their turn while a long text is counted", async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  await exceedsModelTokens(HOSTILE_TEXTS.letters!.slice(0, 100_000), 200_000);
  clearInterval(timer);
  assert(turns > 2, `${turns}`);
});

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

Deno.test("splitForCounting() leaves nothing out and makes no part or word long", () => {
  for (const [name, text] of Object.entries(HOSTILE_TEXTS)) {
    const parts = [...splitForCounting(text)];
    assertEquals(parts.join(""), text, name);
    for (const part of parts) {
      assert(part.length < 6_000, `${name}: a part of ${part.length}`);
      // The words of the encoder: of letters and marks, or of what is neither letter nor digit.
      for (const [word] of part.matchAll(/[\p{L}\p{M}]+|[^\p{L}\p{N}]+/gu)) {
        assert([...word].length <= 256, `${name}: a word of ${word.length}`);
      }
    }
  }
});

Deno.test("splitForCounting() leaves ordinary words whole", () => {
  const text = "The customer's invoice was paid, 1234 times; ".repeat(1_000);
  const parts = [...splitForCounting(text)];
  assert(parts.length > 5);
  for (const part of parts.slice(1)) assert(/^[ ,;']/.test(part), part.slice(0, 20));
});
