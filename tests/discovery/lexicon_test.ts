import { assert, assertEquals } from "@std/assert";
import { ABBREVIATIONS } from "../../src/discovery/abbreviations.ts";
import { BROADER_TERMS } from "../../src/discovery/broader_terms.ts";
import { DIGITAL_SYNONYMS } from "../../src/discovery/digital_synonyms.ts";
import { FILE_ENDINGS } from "../../src/discovery/file_endings.ts";
import { getLexicon } from "../../src/discovery/lexicon.ts";
import { toTerm } from "../../src/discovery/split_words.ts";
import { SUBJECTS } from "../../src/discovery/subjects.ts";
import { VERB_SYNONYMS } from "../../src/discovery/verb_synonyms.ts";
import { WEAK_WORDS } from "../../src/discovery/weak_words.ts";
import { WORLD_SYNONYMS } from "../../src/discovery/world_synonyms.ts";

Deno.test("word tables hold plain lower-case words, one blank between them", () => {
  const lines = [
    ...VERB_SYNONYMS,
    ...DIGITAL_SYNONYMS,
    ...WORLD_SYNONYMS,
    ...Object.entries(BROADER_TERMS).flat(),
    ...Object.entries(ABBREVIATIONS).flat(),
    ...Object.entries(FILE_ENDINGS).flat(),
    ...Object.entries(SUBJECTS).flat(),
    ...WEAK_WORDS,
  ];
  assertEquals(lines.filter((line) => !/^[a-z0-9]+(?: [a-z0-9]+)*$/.test(line)), []);
});

Deno.test("synonym lines have at least two words, subjects at least five, none twice", () => {
  for (const line of [...VERB_SYNONYMS, ...DIGITAL_SYNONYMS, ...WORLD_SYNONYMS]) {
    const words = line.split(" ");
    assert(words.length > 1 && new Set(words).size === words.length, line);
  }
  for (const [subject, line] of Object.entries(SUBJECTS)) {
    const words = line.split(" ");
    assert(words.length > 4 && new Set(words).size === words.length, subject);
  }
});

Deno.test("getLexicon relates synonyms both ways and never a term to itself", () => {
  const lexicon = getLexicon();
  const related = (word: string) => lexicon.related(toTerm(word)).map(({ term }) => term);
  assert(related("delete").includes(toTerm("remove")));
  assert(related("remove").includes(toTerm("delete")));
  assert(!related("delete").includes(toTerm("delete")));
});

Deno.test("getLexicon spells out short forms and crosses languages", () => {
  const lexicon = getLexicon();
  assertEquals(lexicon.spelledOut("pr"), ["pull", "request"]);
  assert(lexicon.related(toTerm("weather")).some(({ term }) => term === "天气"));
});

Deno.test("getLexicon knows nothing of the names of prototypes", () => {
  for (const word of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
    assertEquals(getLexicon().related(word), []);
    assertEquals(getLexicon().subjects(word), []);
  }
});
