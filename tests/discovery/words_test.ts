import { assert, assertEquals, assertNotEquals } from "@std/assert";
import subjects from "../../src/discovery/data/subjects.json" with { type: "json" };
import synonyms from "../../src/discovery/data/synonyms.json" with { type: "json" };
import words from "../../src/discovery/data/words.json" with { type: "json" };
import { getLexicon } from "../../src/discovery/lexicon.ts";
import { describeNames, nearestNames } from "../../src/discovery/nearest_names.ts";
import { RANKING_WEIGHTS } from "../../src/discovery/ranking_weights.ts";
import { readQuery } from "../../src/discovery/read_query.ts";
import { splitWords, toTerm } from "../../src/discovery/split_words.ts";
import { stemWord } from "../../src/discovery/stem_word.ts";
import { createWordResolver } from "../../src/discovery/unknown_words.ts";
import { runMeasurement } from "../fixtures/run_measurement.ts";

const groups = Object.values(synonyms).flat();

Deno.test("word tables hold plain lower-case words, one blank between them", () => {
  const { abbreviations, broader, fileEndings, weak } = words;
  const pairs = [abbreviations, broader, fileEndings, subjects];
  const lines = [...groups, ...weak, ...pairs.flatMap((table) => Object.entries(table).flat())];
  assert(groups.length > 400);
  assertEquals(lines.filter((line) => !/^[a-z0-9]+(?: [a-z0-9]+)*$/.test(line)), []);
});

Deno.test("synonym lines have at least two words, subjects at least five, none twice", () => {
  for (const line of groups) {
    const words = line.split(" ");
    assert(words.length > 1 && new Set(words).size === words.length, line);
  }
  for (const [subject, line] of Object.entries(subjects)) {
    const words = line.split(" ");
    assert(words.length > 4 && new Set(words).size === words.length, subject);
  }
});

Deno.test("getLexicon() relates synonyms both ways and never a term to itself", () => {
  const lexicon = getLexicon();
  const related = (word: string) => lexicon.related(toTerm(word)).map(({ term }) => term);
  assert(related("delete").includes(toTerm("remove")));
  assert(related("remove").includes(toTerm("delete")));
  assert(!related("delete").includes(toTerm("delete")));
});

Deno.test("getLexicon() spells out short forms and crosses languages", () => {
  const lexicon = getLexicon();
  assertEquals(lexicon.spelledOut("pr"), ["pull", "request"]);
  assert(lexicon.related(toTerm("weather")).some(({ term }) => term === "天气"));
});

Deno.test("getLexicon() knows nothing of the names of prototypes", () => {
  for (const word of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
    assertEquals(getLexicon().related(word), []);
    assertEquals(getLexicon().subjects(word), []);
  }
});

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

const SERVERS = ["crm", "drive", "github-tools"];
const TOOLS = [
  { server: "crm", tool: "list_leads" },
  { server: "crm", tool: "update_lead" },
  { server: "drive", tool: "list_files" },
  { server: "drive", tool: "read_file" },
  { server: "github-tools", tool: "list_issues" },
];
const KNOWN = describeNames(SERVERS, TOOLS);
const nearest = (name: string) => nearestNames(name, KNOWN, 3);

Deno.test("nearestNames() forgives letters, case and word order", () => {
  assertEquals(nearest("list_laeds").tools[0], { server: "crm", tool: "list_leads" });
  assertEquals(nearest("readFile").tools[0], { server: "drive", tool: "read_file" });
  assertEquals(nearest("leads_list").tools[0], { server: "crm", tool: "list_leads" });
});

Deno.test("nearestNames() reads a server and an import path", () => {
  assertEquals(nearest("crm.listLead").tools[0], { server: "crm", tool: "list_leads" });
  assertEquals(nearest("./servers/drve/list_file.ts").tools[0], {
    server: "drive",
    tool: "list_files",
  });
  assertEquals(nearest("./servers/drve/list_file.ts").servers, ["drive"]);
});

Deno.test("nearestNames() knows a server by one word of its name", () => {
  assertEquals(nearest("githb").servers, ["github-tools"]);
});

Deno.test("nearestNames() suggests nothing for noise, nothing and very long names", () => {
  for (const name of ["", "zzzzzzzz", "/", "\u0000", "x".repeat(100_000), "__proto__"]) {
    assertEquals(nearest(name), { servers: [], tools: [] });
  }
});

Deno.test("unknown names cost little beside two thousand tools, whatever their form", async () => {
  const script = new URL("measure_unknown_names.ts", import.meta.url);
  const measured = await runMeasurement(script) as { ms: number; longest: number }[];
  assertEquals(measured.length, 3);
  for (const { ms, longest } of measured) {
    assert(ms < 400, `${ms} ms for 200 names`);
    assert(longest < 50, `${longest} ms without a pause`);
  }
});
