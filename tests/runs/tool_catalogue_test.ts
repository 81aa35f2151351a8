import { assertEquals } from "@std/assert";
import { AnswerSizes } from "../../src/runs/answer_sizes.ts";

const GET = { server: "crm", tool: "get_lead" };

Deno.test("AnswerSizes knows the largest of a tool's latest answers", () => {
  const sizes = new AnswerSizes();
  assertEquals(sizes.largest(GET), undefined);
  sizes.note(GET, 900);
  sizes.note(GET, 100);
  sizes.note({ server: "crm", tool: "list_leads" }, 5_000);
  assertEquals(sizes.largest(GET), 900);
  for (let at = 0; at < 20; at++) sizes.note(GET, 100);
  assertEquals(sizes.largest(GET), 100);
});

Deno.test("AnswerSizes forgets the tools of a server, and of no other", () => {
  const sizes = new AnswerSizes();
  const other = { server: "crm2", tool: "get_lead" };
  sizes.note(GET, 1);
  sizes.note(other, 2);
  sizes.forget("crm");
  assertEquals([sizes.largest(GET), sizes.largest(other)], [undefined, 2]);
});
