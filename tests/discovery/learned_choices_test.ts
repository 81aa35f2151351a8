import { assert, assertEquals } from "@std/assert";
import { createLearnedChoices, createRecentSearches } from "../../src/discovery/learned_choices.ts";

const A = { server: "a", tool: "x" };
const asked = (terms: string[]) => new Map(terms.map((term) => [term, 1]));
const B = { server: "b", tool: "x" };

Deno.test("createLearnedChoices() gives a chosen tool more with every choice", () => {
  const choices = createLearnedChoices();
  const gain = () => choices.gains(asked(["ship", "box"]))[0]?.gain ?? 0;
  const seen = [gain()];
  for (let i = 0; i < 3; i++) {
    choices.learn(["ship", "box"], A);
    seen.push(gain());
  }
  assert(seen[0] === 0 && seen[1]! > 0 && seen[2]! > seen[1]! && seen[3]! > seen[2]!);
  assert(seen[3]! < 1);
});

Deno.test("createLearnedChoices() shares a term's worth among its tools", () => {
  const choices = createLearnedChoices();
  for (let i = 0; i < 3; i++) choices.learn(["ship"], A);
  choices.learn(["ship"], B);
  const [first, second] = choices.gains(asked(["ship"])).sort((a, b) => b.gain - a.gain);
  assertEquals([first!.choice, second!.choice], [A, B]);
  assert(first!.gain > 2 * second!.gain);
});

Deno.test("createLearnedChoices() is the same after saving and loading", () => {
  const choices = createLearnedChoices();
  choices.learn(["ship", "box"], A);
  choices.learn(["ship"], B);
  const loaded = createLearnedChoices(JSON.parse(JSON.stringify(choices.save())));
  assertEquals(loaded.save(), choices.save());
  assertEquals(loaded.gains(asked(["ship"])), choices.gains(asked(["ship"])));
});

Deno.test("createLearnedChoices() stays within its bounds and forgets what is oldest", () => {
  const choices = createLearnedChoices();
  for (let i = 0; i < 5_000; i++) choices.learn([`term${i}`], A);
  for (let i = 0; i < 500; i++) choices.learn(["busy"], { server: "s", tool: `t${i}` });
  const saved = choices.save();
  assertEquals(saved.length, 4_000);
  assertEquals(choices.gains(asked(["term0"])), []);
  const busy = saved.find(({ term }) => term === "busy")!;
  assert(busy.choices.length <= 24);
  assert(busy.choices.reduce((sum, { count }) => sum + count, 0) <= 65);
});

Deno.test("createLearnedChoices() follows a new habit", () => {
  const choices = createLearnedChoices();
  for (let i = 0; i < 200; i++) choices.learn(["ship"], A);
  for (let i = 0; i < 80; i++) choices.learn(["ship"], B);
  const best = choices.gains(asked(["ship"])).reduce((a, b) => a.gain > b.gain ? a : b);
  assertEquals(best.choice, B);
});

Deno.test("createLearnedChoices() believes a weighty term more than a light one", () => {
  const choices = createLearnedChoices();
  choices.learn(["list"], A);
  choices.learn(["parcel"], B);
  const [a, b] = [A, B].map((tool) =>
    choices.gains(new Map([["list", 0.2], ["parcel", 1]]))
      .find(({ choice }) => choice.server === tool.server)!.gain
  );
  assert(b! > 4 * a!);
});

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
