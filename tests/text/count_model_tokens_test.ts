import { assert, assertEquals } from "@std/assert";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import {
  countModelTokens,
  countModelTokensInSlices,
  exceedsModelTokens,
} from "../../src/text/count_model_tokens.ts";
import { HOSTILE_TEXTS } from "../fixtures/hostile_texts.ts";

Deno.test("countModelTokens counts as the encoding does", async () => {
  assertEquals(countModelTokens(""), 0);
  assertEquals(countModelTokens("hello world"), 2);
  const text = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
  const exact = countTokens(text, { disallowedSpecial: new Set() });
  const counted = countModelTokens(text);
  assert(Math.abs(counted - exact) <= exact / 1_000, `${counted} for ${exact}`);
  assertEquals(await countModelTokensInSlices(text), counted);
});

Deno.test("countModelTokens takes names of control tokens as text, never as an error", () => {
  assert(countModelTokens("a <|endoftext|> b") > 5);
  assert(countModelTokens("<|endoftext|><|endoftext|>") > 5);
});

Deno.test("countModelTokens counts endless words and blanks in parts", () => {
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

Deno.test("exceedsModelTokens knows that a character may cost several tokens", async () => {
  const rare = "\u{12000}".repeat(50);
  assert(countModelTokens(rare) > rare.length);
  assertEquals(await exceedsModelTokens(rare, rare.length), true);
  assertEquals(await exceedsModelTokens("x", 1), false);
});

Deno.test("others have their turn while a long text is counted", async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  await countModelTokensInSlices(HOSTILE_TEXTS.letters!.slice(0, 100_000));
  clearInterval(timer);
  assert(turns > 2, `${turns}`);
});
