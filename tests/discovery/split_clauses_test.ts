import { assertEquals } from "@std/assert";
import { splitClauses } from "../../src/discovery/read_query.ts";

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
