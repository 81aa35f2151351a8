import { assertEquals, assertNotEquals } from "@std/assert";
import { stemWord } from "../../src/discovery/stem_word.ts";

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

Deno.test("stemWord gives the forms of a word one stem", () => {
  for (const [first, ...rest] of SAME) {
    for (const form of rest) assertEquals(stemWord(form), stemWord(first!), form);
  }
});

Deno.test("stemWord keeps different words apart", () => {
  for (const [a, b] of [["general", "generate"], ["news", "new"], ["atlas", "at"], ["sing", "s"]]) {
    assertNotEquals(stemWord(a!), stemWord(b!));
  }
});

Deno.test("stemWord leaves other scripts, digits and short words alone", () => {
  for (const word of ["搜索", "k8s", "id", "", "über", "__proto__"]) {
    assertEquals(stemWord(word), word);
  }
});
