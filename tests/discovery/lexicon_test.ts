import { assert, assertEquals } from "@std/assert";
import subjects from "../../src/discovery/data/subjects.json" with { type: "json" };
import synonyms from "../../src/discovery/data/synonyms.json" with { type: "json" };
import words from "../../src/discovery/data/words.json" with { type: "json" };
import { getLexicon } from "../../src/discovery/lexicon.ts";
import { toTerm } from "../../src/discovery/split_words.ts";

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
