import { assert, assertEquals } from "@std/assert";
import { splitForCounting } from "../../src/text/count_model_tokens.ts";
import { HOSTILE_TEXTS } from "../fixtures/hostile_texts.ts";

Deno.test("splitForCounting leaves nothing out and makes no part or word long", () => {
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

Deno.test("splitForCounting leaves ordinary words whole", () => {
  const text = "The customer's invoice was paid, 1234 times; ".repeat(1_000);
  const parts = [...splitForCounting(text)];
  assert(parts.length > 5);
  for (const part of parts.slice(1)) assert(/^[ ,;']/.test(part), part.slice(0, 20));
});
