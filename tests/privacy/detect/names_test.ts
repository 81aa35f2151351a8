import { assert, assertEquals } from "@std/assert";
import { NAME, nameIndex } from "../../../src/privacy/detect/name_index.ts";
import { makeNames } from "../make_names.ts";

const FILE = new URL("../../../src/privacy/detect/names.json", import.meta.url);
const LARGEST = 600 * 1024;

Deno.test("names.json is what make_names.ts writes from its packages, and not too large", async () => {
  const text = await Deno.readTextFile(FILE);
  assert(text === makeNames(), "stale: run tests/privacy/make_names.ts");
  assert(text.length < LARGEST);
});

Deno.test("nameIndex knows names, everyday words and places in any case, and no others", () => {
  const index = nameIndex();
  assert(index.bitsOf("Kalevi") & NAME.first);
  assert(index.bitsOf("LINDQVIST") & NAME.last);
  assert(index.bitsOf("grace") & NAME.first && index.bitsOf("grace") & NAME.common);
  assert(index.bitsOf("Belgium") & NAME.place);
  assertEquals(index.bitsOf("qzxv"), 0);
  assertEquals(index.bitsOf("constructor") & (NAME.first | NAME.last), 0);
});
