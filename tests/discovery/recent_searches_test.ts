import { assertEquals } from "@std/assert";
import { createRecentSearches } from "../../src/discovery/learned_choices.ts";

const tool = (name: string) => ({ server: "s", tool: name });

Deno.test("a search that found nothing good is answered by what the next one found", () => {
  const searches = createRecentSearches();
  searches.asked("a", { query: "vague", shown: [], noGoodMatch: true });
  searches.asked("a", { query: "clear", shown: [tool("x")], noGoodMatch: false });
  searches.asked("a", { query: "other", shown: [tool("y")], noGoodMatch: false });
  assertEquals(searches.answeredBy("a", tool("x")), ["vague", "clear"]);
  assertEquals(searches.answeredBy("a", tool("x")), []);
  assertEquals(searches.answeredBy("a", tool("y")), ["other"]);
});

Deno.test("searches are forgotten with their session, and the eldest when there are many", () => {
  const searches = createRecentSearches();
  const ask = (scope: string, query: string) =>
    searches.asked(scope, { query, shown: [tool("x")], noGoodMatch: false });
  ask("a", "q");
  searches.forget("a");
  assertEquals(searches.answeredBy("a", tool("x")), []);
  for (let n = 0; n < 20; n++) ask("b", `q${n}`);
  assertEquals(searches.answeredBy("b", tool("x")).length, 8);
  ask("c", "q");
  for (let n = 0; n < 1_000; n++) ask(`d${n}`, "q");
  assertEquals(searches.answeredBy("c", tool("x")), []);
});
