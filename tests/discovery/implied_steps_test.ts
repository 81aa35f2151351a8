import { assertEquals } from "@std/assert";
import { impliedSteps } from "../../src/discovery/read_query.ts";

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
