import { assert, assertEquals } from "@std/assert";
import { countModelTokens } from "../../src/discovery/count_model_tokens.ts";

Deno.test("countModelTokens counts as the encoding does", () => {
  assertEquals(countModelTokens(""), 0);
  assertEquals(countModelTokens("hello world"), 2);
});

Deno.test("countModelTokens takes names of control tokens as text or token, never as an error", () => {
  assert(countModelTokens("a <|endoftext|> b") > 2);
});

Deno.test("countModelTokens counts endless words and blanks in parts", () => {
  assert(countModelTokens("ab".repeat(50_000)) >= 25_000 / 2);
  assert(countModelTokens(" ".repeat(100_000)) > 0);
});
