import { assertEquals } from "@std/assert";
import { createWordResolver } from "../../src/discovery/unknown_words.ts";

const TERMS = new Map(
  ["word", "cloud", "repository", "calendar", "time", "constructor"].map((term, at) => [term, at]),
);
const resolver = createWordResolver(TERMS, (word) => word);
const termsOf = (word: string) => resolver.resolve(word).map(({ term }) => term);

Deno.test("createWordResolver takes compounds apart", () => {
  assertEquals(termsOf("wordcloud"), ["word", "cloud"]);
});

Deno.test("createWordResolver knows longer and shorter forms", () => {
  assertEquals(termsOf("repo"), ["repository"]);
});

Deno.test("createWordResolver forgives one wrong letter", () => {
  assertEquals(termsOf("calender"), ["calendar"]);
  assertEquals(termsOf("clendar"), ["calendar"]);
  assertEquals(termsOf("caledar"), ["calendar"]);
  assertEquals(termsOf("calednar"), ["calendar"]);
});

Deno.test("createWordResolver finds nothing for noise", () => {
  assertEquals(termsOf("zxqvwk"), []);
  assertEquals(termsOf("tim"), []);
});
