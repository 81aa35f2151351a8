import { assert, assertEquals } from "@std/assert";
import { basename, join } from "@std/path";
import { MUTANTS } from "../mutants/mutants.ts";
import { placesOf, promisesOf, readTexts } from "../mutants/places.ts";

const project = new URL("../../", import.meta.url).pathname;

Deno.test("the text of each mutant stands once in src, and its tests are there", async () => {
  const sources = await readTexts(join(project, "src"));
  const tests = new Set(
    [...(await readTexts(join(project, "tests"))).keys()].map((f) => basename(f)),
  );
  for (const mutant of MUTANTS) {
    assertEquals(placesOf(mutant, sources).length, 1, `${mutant.promises[0]}: ${mutant.text}`);
    assert(mutant.text !== mutant.replacement);
    for (const test of mutant.tests) assert(tests.has(test), `${mutant.promises[0]}: ${test}`);
  }
});

Deno.test("each promise of SECURITY.md has a mutant, and each mutant breaks a promise", async () => {
  const promises = promisesOf(await Deno.readTextFile(join(project, ".github/SECURITY.md")));
  assert(promises.length > 50);
  const broken = MUTANTS.flatMap(({ promises }) => promises);
  assertEquals(promises.filter((one) => !broken.some((words) => one.startsWith(words))), []);
  assertEquals(broken.filter((words) => !promises.some((one) => one.startsWith(words))), []);
});
