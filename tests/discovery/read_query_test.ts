import { assertEquals } from "@std/assert";
import { impliedSteps, splitClauses } from "../../src/discovery/read_query.ts";
import { createWordResolver } from "../../src/discovery/unknown_words.ts";

Deno.test("impliedSteps knows a file to be written from one to be read", () => {
  assertEquals(impliedSteps("summarize it in /tmp/report.md"), ["write file markdown"]);
  assertEquals(impliedSteps("read the notes of ./notes.txt"), ["read file text"]);
  assertEquals(impliedSteps('Save as "Q3 plan.pptx".'), ["save powerpoint presentation slide"]);
});

Deno.test("impliedSteps fetches web addresses and takes no file from them", () => {
  assertEquals(impliedSteps("compare https://example.com/a/report.pdf"), ["fetch url web page"]);
});

Deno.test("impliedSteps ignores versions, unknown endings and names of prototypes", () => {
  assertEquals(impliedSteps("upgrade to 2.1.0 in foo.constructor and a.__proto__ e.g. now."), []);
});

Deno.test("splitClauses parts a task at sentences and before a following act", () => {
  assertEquals(splitClauses("Read the file. Summarize it, then send it to Bob"), [
    "Read the file.",
    "Summarize it",
    "send it to Bob",
  ]);
  assertEquals(splitClauses("fetch the page and save the text"), [
    "fetch the page",
    "save the text",
  ]);
});

Deno.test("splitClauses leaves enumerations of things together", () => {
  assertEquals(splitClauses("prices of apples, pears and plums"), [
    "prices of apples, pears and plums",
  ]);
});

Deno.test("splitClauses gives nothing for marks and blanks", () => {
  assertEquals(splitClauses(" .,;!? \n\n "), []);
});

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
