import { assertEquals } from "@std/assert";
import { RANKING_WEIGHTS } from "../../src/discovery/ranking_weights.ts";
import { readQuery } from "../../src/discovery/read_query.ts";
import { toTerm } from "../../src/discovery/split_words.ts";
import { createWordResolver } from "../../src/discovery/unknown_words.ts";

function read(text: string, known = "") {
  const termIds = new Map(known.split(" ").map((word, at) => [toTerm(word), at]));
  const noWords = createWordResolver(new Map(), toTerm);
  return readQuery(text, { weights: RANKING_WEIGHTS, termIds, resolver: noWords });
}

/** The words of a query, clause by clause. */
function clausesOf(text: string): string[] {
  const { concepts, clauseCount } = read(text);
  const terms = Array.from(
    { length: clauseCount },
    (_, clause) => concepts.filter((concept) => concept.clause === clause).map(({ term }) => term),
  );
  return terms.map((each) => each.join(" "));
}

/** The known words of the steps that a query implies. */
function stepsOf(text: string, known: string): string[] {
  const { concepts } = read(text, known);
  return concepts.filter(({ position, variants }) => position === undefined && variants.size > 0)
    .map(({ term }) => term);
}

Deno.test("readQuery() knows a file to be written from one to be read", () => {
  const terms = ["write", "file", "markdown"].map(toTerm);
  assertEquals(stepsOf("summarize it in /tmp/report.md", "write read file markdown"), terms);
  const read = ["read", "file", "text"].map(toTerm);
  assertEquals(stepsOf("read the notes of ./notes.txt", "write read file text"), read);
  const saved = ["save", "powerpoint", "presentation", "slide"].map(toTerm);
  assertEquals(stepsOf('Save as "Q3 plan.pptx".', "save read powerpoint"), saved);
});

Deno.test("readQuery() fetches web addresses and takes no file from them", () => {
  const steps = stepsOf("compare https://example.com/a/report.pdf", "fetch url document");
  assertEquals(steps, ["fetch", "url", "web", "page"].map(toTerm));
});

Deno.test("readQuery() implies no step by versions, unknown endings and names of prototypes", () => {
  const text = "upgrade to 2.1.0 in foo.constructor and a.__proto__ e.g. now.";
  assertEquals(stepsOf(text, "read write save file document"), []);
});

Deno.test("readQuery() parts a task at sentences and before a following act", () => {
  const words = (text: string) => text.split(" ").map(toTerm).join(" ");
  assertEquals(clausesOf("Read the file. Summarize it, then send it to Bob"), [
    words("read file"),
    words("summarize"),
    words("send bob"),
  ]);
  assertEquals(clausesOf("fetch the page and save the text"), [
    words("fetch page"),
    words("save text"),
  ]);
});

Deno.test("readQuery() leaves enumerations of things together", () => {
  assertEquals(clausesOf("prices of apples, pears and plums").length, 1);
});

Deno.test("readQuery() finds no clause in marks and blanks", () => {
  assertEquals(clausesOf(" .,;!? \n\n "), []);
});

const TERMS = new Map(
  ["word", "cloud", "repository", "calendar", "time", "constructor"].map((term, at) => [term, at]),
);
const resolver = createWordResolver(TERMS, (word) => word);
const termsOf = (word: string) => resolver.resolve(word).map(({ term }) => term);

Deno.test("createWordResolver() takes compounds apart", () => {
  assertEquals(termsOf("wordcloud"), ["word", "cloud"]);
});

Deno.test("createWordResolver() knows longer and shorter forms", () => {
  assertEquals(termsOf("repo"), ["repository"]);
});

Deno.test("createWordResolver() forgives one wrong letter", () => {
  assertEquals(termsOf("calender"), ["calendar"]);
  assertEquals(termsOf("clendar"), ["calendar"]);
  assertEquals(termsOf("caledar"), ["calendar"]);
  assertEquals(termsOf("calednar"), ["calendar"]);
});

Deno.test("createWordResolver() finds nothing for noise", () => {
  assertEquals(termsOf("zxqvwk"), []);
  assertEquals(termsOf("tim"), []);
});
