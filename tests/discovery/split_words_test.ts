import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { splitWords } from "../../src/discovery/split_words.ts";
import { stemWord } from "../../src/discovery/stem_word.ts";

Deno.test("splitWords() splits names at capitals, underscores, dashes, dots and digits", () => {
  assertEquals(splitWords("getUserName", 9), ["get", "user", "name"].concat("getusername"));
  assertEquals(splitWords("list_open-issues.all", 9), ["list", "open", "issues", "all"]);
  assertEquals(splitWords("parseHTTPResponse", 9).slice(0, 3), ["parse", "http", "response"]);
  assertEquals(splitWords("base64", 9), ["base", "64", "base64"]);
});

Deno.test("splitWords() keeps a word with inner capitals whole as well", () => {
  assert(splitWords("GitHub", 9).includes("github"));
});

Deno.test("splitWords() reads Chinese as pairs of characters, beside Latin words", () => {
  assertEquals(splitWords("搜索网页 search", 9), ["搜索", "索网", "网页", "search"]);
});

Deno.test("splitWords() folds accents, wide letters and possessives", () => {
  assertEquals(splitWords("Café’s ＡＢＣ", 9), ["cafe", "abc"]);
});

Deno.test("splitWords() stops at its limit whatever the text", () => {
  assertEquals(splitWords("a b c d e", 3), ["a", "b", "c"]);
  assertEquals(splitWords("漢".repeat(100_000), 5).length, 5);
  assert(splitWords("x".repeat(1_000_000), 5).join("").length <= 200);
  assertEquals(splitWords("\u0000\u202e…!?", 5), []);
});

const SAME = [
  ["repositories", "repository"],
  ["creating", "created", "creates", "create"],
  ["running", "runs", "run"],
  ["translation", "translate", "translations"],
  ["calculator", "calculate", "calculation"],
  ["cities", "city"],
  ["merged", "merging", "merge"],
  ["visualize", "visualization"],
  ["flights", "flight"],
  ["queries", "query"],
];

Deno.test("stemWord() gives the forms of a word one stem", () => {
  for (const [first, ...rest] of SAME) {
    for (const form of rest) assertEquals(stemWord(form), stemWord(first!), form);
  }
});

Deno.test("stemWord() keeps different words apart", () => {
  for (const [a, b] of [["general", "generate"], ["news", "new"], ["atlas", "at"], ["sing", "s"]]) {
    assertNotEquals(stemWord(a!), stemWord(b!));
  }
});

Deno.test("stemWord() leaves other scripts, digits and short words alone", () => {
  for (const word of ["搜索", "k8s", "id", "", "über", "__proto__"]) {
    assertEquals(stemWord(word), word);
  }
});
