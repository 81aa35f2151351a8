import { assertEquals } from "@std/assert";
import { withoutLastWord } from "../../../src/privacy/mask/cut_masked.ts";

/** What is meant, in a pattern that is fine for short texts and takes for ever for long ones. */
function asMeant(text: string): string {
  const words = /(?:\S{0,40}\d\S{0,40}[ ]){0,8}\S+$/.exec(text.slice(-512))?.[0];
  return words === undefined || words.endsWith("]")
    ? text
    : `${text.slice(0, -words.length)}[WITHHELD:CUT]`;
}

Deno.test("withoutLastWord takes the last word, and the groups of digits before it", () => {
  const parts = [
    "4111",
    "ab",
    "x1y",
    " ",
    " ",
    "  ",
    "\n",
    "]",
    "-",
    "7",
    "é",
    "a".repeat(45) + "1",
  ];
  let state = 5;
  const random = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
  for (let round = 0; round < 5_000; round++) {
    const text = Array.from({ length: random(9) }, () => parts[random(parts.length)]).join("");
    assertEquals(withoutLastWord(text), asMeant(text), JSON.stringify(text));
  }
});

Deno.test("withoutLastWord is done at once with words that are full of digits", () => {
  const words = "ann123@example1.com 4111111111111111 ".repeat(20);
  for (const text of [words, words.trim(), "1".repeat(5_000), "1 ".repeat(300), "a1".repeat(400)]) {
    assertEquals(withoutLastWord(text).endsWith("[WITHHELD:CUT]"), !text.endsWith(" "));
  }
});
