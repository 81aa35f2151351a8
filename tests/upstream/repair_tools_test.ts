import { assert, assertEquals } from "@std/assert";
import { repairTools } from "../../src/upstream/repair_tools.ts";
import type { Tool } from "../../src/model/tool.ts";
import { BAD_TOOLS } from "../fixtures/servers/odd/bad_tools.ts";
import { readCases } from "./shared_data.ts";

const object = { type: "object" } as const;

function repairOne(raw: unknown): { tool: Tool | undefined; messages: string[] } {
  const { tools, problems } = repairTools("s", [raw]);
  return { tool: tools[0], messages: problems.map(({ message }) => message) };
}

Deno.test("repairTools() leaves a good tool as it is", () => {
  const tool = {
    name: "get",
    title: "Get",
    description: "Gets it",
    inputSchema: { type: "object", properties: { id: { type: "string" } }, required: ["id"] },
    outputSchema: { type: "object" },
    annotations: { title: "Get", readOnlyHint: true, openWorldHint: false },
  };
  assertEquals(repairOne(tool), { tool, messages: [] });
});

Deno.test("repairTools() leaves out what has no usable name, and says which", () => {
  const names = ["", 7, null, undefined, "a\0b", "a\nb", "a\u202eb", "a\u200bb", "\ud800"];
  const { tools, problems } = repairTools("s", [
    null,
    "tool",
    [],
    ...names.map((name) => ({ name, inputSchema: object })),
    { name: "x".repeat(257), inputSchema: object },
    { name: "last", inputSchema: object },
  ]);
  assertEquals(tools.map(({ name }) => name), ["last"]);
  assertEquals(problems.length, 3 + names.length + 1);
  assertEquals(problems[0], {
    server: "s",
    tool: "tool 1 of the list",
    message: "Left out: it is not an object",
  });
});

Deno.test("repairTools() keeps names that only look dangerous: the name is the server's own", () => {
  const names = ["../../x", "__proto__", "constructor", "a/b", "delete", "🚀launch", "查询"];
  const { tools, problems } = repairTools(
    "s",
    names.map((name) => ({ name, inputSchema: object })),
  );
  assertEquals(tools.map(({ name }) => name), names);
  assertEquals(problems, []);
});

Deno.test("repairTools() keeps the first of two tools with one name", () => {
  const { tools, problems } = repairTools("s", [
    { name: "twice", description: "first", inputSchema: object },
    { name: "twice", description: "second", inputSchema: object },
    { name: "Twice", inputSchema: object },
  ]);
  assertEquals(tools.map(({ description }) => description), ["first", undefined]);
  assertEquals(problems.map(({ tool }) => tool), ["twice"]);
});

/** Not the same as an object without properties, which stands for a tool that takes nothing. */
const anyObject = { type: "object", additionalProperties: true };

Deno.test("repairTools() puts a schema for any object where there is none for an object", () => {
  const circular = [undefined, null, [], "object", true, 7, { type: "array" }, {
    type: ["string"],
  }];
  for (const inputSchema of circular) {
    const { tool, messages } = repairOne({ name: "t", inputSchema });
    assertEquals(tool?.inputSchema, anyObject);
    assertEquals(messages.length, 1);
  }
});

Deno.test("repairTools() sets a missing type and keeps the rest", () => {
  const { tool, messages } = repairOne({
    name: "t",
    inputSchema: { $schema: "x", properties: { a: {} }, required: ["a"] },
  });
  assertEquals(tool?.inputSchema, {
    $schema: "x",
    type: "object",
    properties: { a: {} },
    required: ["a"],
  });
  assertEquals(messages, ['Set the type of inputSchema: it was not "object"']);
  assertEquals(
    repairOne({ name: "t", inputSchema: { type: ["object", "null"] } }).tool?.inputSchema,
    anyObject,
  );
});

Deno.test("repairTools() leaves a tool that takes nothing one that takes nothing", () => {
  assertEquals(repairOne({ name: "t", inputSchema: object }).tool?.inputSchema, object);
});

Deno.test("repairTools() drops properties and required that are none", () => {
  const { tool, messages } = repairOne({
    name: "t",
    inputSchema: { type: "object", properties: ["a"], required: "a", title: "T" },
  });
  assertEquals(tool?.inputSchema, { type: "object", title: "T" });
  assertEquals(messages.length, 2);
});

Deno.test("repairTools() bounds schemas in size and in depth", () => {
  let deep: unknown = object;
  for (let level = 0; level < 100_000; level++) deep = { type: "object", properties: { n: deep } };
  const large = { type: "object", description: "x".repeat(2_000_000) };
  for (const schema of [deep, large]) {
    const { tool, messages } = repairOne({ name: "t", inputSchema: schema, outputSchema: schema });
    assertEquals(tool, { name: "t", inputSchema: anyObject });
    assertEquals(messages.length, 2);
  }
});

Deno.test("repairTools() cuts texts that are too long and drops what is no text", () => {
  const { tool } = repairOne({
    name: "t",
    title: 7,
    description: "é".repeat(20_000),
    inputSchema: object,
  });
  assertEquals(tool?.title, undefined);
  assertEquals(tool?.description?.length, 16_385);
  assert(tool?.description?.endsWith("é…"));
});

Deno.test("repairTools() keeps only hints that are true or false", () => {
  const { tool, messages } = repairOne({
    name: "t",
    inputSchema: object,
    annotations: { readOnlyHint: "yes", destructiveHint: false, other: 1, title: [] },
  });
  assertEquals(tool?.annotations, { destructiveHint: false });
  assertEquals(messages.length, 2);
  assertEquals(
    repairOne({ name: "t", inputSchema: object, annotations: "x" }).tool?.annotations,
    undefined,
  );
});

Deno.test("repairTools() bounds the number of tools", () => {
  const raw = Array.from(
    { length: 10_050 },
    (_, index) => ({ name: `t${index}`, inputSchema: object }),
  );
  const { tools, problems } = repairTools("s", raw);
  assertEquals(tools.length, 10_000);
  assertEquals(problems, [{
    server: "s",
    tool: "",
    message: "Left out: all tools after the first 10000",
  }]);
});

Deno.test("repairTools() gives back what it has repaired without a further word", () => {
  const once = repairTools("s", BAD_TOOLS);
  assert(once.problems.length > 0);
  assertEquals(repairTools("s", once.tools), { tools: once.tools, problems: [] });
});

Deno.test("repairTools() makes tools of every catalogue there is", async () => {
  for (const { file, tools: raw } of await readCases()) {
    const { tools, problems } = repairTools("s", raw);
    const leftOut = problems.filter(({ message }) => message.startsWith("Left out"));
    assertEquals(tools.length + leftOut.length, raw.length, file);
    for (const { inputSchema } of tools) {
      assertEquals((inputSchema as typeof object).type, "object");
    }
  }
});
