import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { generateServer, wrapperOf } from "../../src/codegen/generate_server.ts";
import { hashTool } from "../../src/codegen/hash_tool.ts";
import type { Tool } from "../../src/model/tool.ts";
import { sampled } from "../fixtures/sampled.ts";
import { mangledTools } from "./mangled_tools.ts";
import { readSharedFiles } from "./shared_data.ts";
import { TYPE_CASES } from "./type_cases.ts";
import { findWrongTypes } from "./type_checks.ts";

const crm: readonly Tool[] = [
  {
    name: "list_leads",
    title: "List leads",
    description: "Lists leads, newest first.\n\n\n   Pages are stable.",
    inputSchema: {
      type: "object",
      properties: {
        status: { enum: ["new", "won"], description: "Only leads of this status" },
        limit: { type: "integer", minimum: 1, maximum: 100, default: 20 },
        near: { $ref: "#/$defs/Place" },
        from: { $ref: "#/$defs/Place" },
      },
      required: ["status"],
      $defs: {
        Place: {
          type: "object",
          description: "A place on earth",
          properties: {
            lat: { type: "number", description: "Degrees north" },
            lon: { type: "number", description: "Degrees east" },
          },
          required: ["lat", "lon"],
        },
      },
    },
    outputSchema: {
      type: "object",
      properties: { leads: { type: "array", items: { type: "object", properties: {} } } },
      required: ["leads"],
    },
    annotations: { readOnlyHint: true, openWorldHint: false },
  },
  {
    name: "send-mail",
    inputSchema: { type: "object", properties: { to: { type: "string", format: "email" } } },
    annotations: { destructiveHint: true, idempotentHint: false, openWorldHint: true },
  },
  { name: "ping", inputSchema: { type: "object", additionalProperties: false } },
];

Deno.test("generateServer() writes wrappers that read like this", async (t) => {
  const { files } = generateServer({ server: "crm", tools: crm, generator: "9" });
  await t.assertSnapshot(files.map(({ path, text }) => `${path}\n${text}`).join("\n"));
});

Deno.test("generateServer() gives the same bytes for any order of the tools", () => {
  const forth = generateServer({ server: "crm", tools: crm });
  const back = generateServer({ server: "crm", tools: crm.toReversed() });
  assertEquals(back.files, forth.files);
  assertEquals([...back.lock.tools], [...forth.lock.tools]);
});

Deno.test("generateServer() passes the original names of server and tool to callMCPTool", () => {
  const name = '\u202e"); Deno.exit(); ("';
  const generated = generateServer({ server: "a/b", tools: [{ name, inputSchema: true }] });
  const call = String.raw`callMCPTool("a/b", "\u{202e}\"); Deno.exit(); (\"", input)`;
  assertStringIncludes(wrapperOf(generated, name)!.text, call);
});

Deno.test("generateServer() lets the input be left out where nothing is required", () => {
  const generated = generateServer({ server: "crm", tools: crm });
  assertStringIncludes(wrapperOf(generated, "ping")!.text, "ping(input: PingInput = {})");
  assertStringIncludes(wrapperOf(generated, "send-mail")!.text, "(input: SendMailInput = {})");
  assertStringIncludes(wrapperOf(generated, "list_leads")!.text, "(input: ListLeadsInput)");
});

Deno.test("generateServer() says a long description of a key once in a file", () => {
  const key = { type: "string", description: "Path to the repository to work in" };
  const branch = { type: "object", properties: { path: key } };
  const generated = generateServer({
    server: "git",
    tools: [{
      name: "add",
      inputSchema: { type: "object", properties: { path: key, first: branch } },
      outputSchema: branch,
    }],
  });
  assertEquals(wrapperOf(generated, "add")!.text.split("Path to the repository").length, 2);
});

Deno.test("generateServer() takes the first of two tools of one name, and says so", () => {
  const twice = [crm[2]!, { ...crm[2]!, description: "another" }];
  const { files, problems } = generateServer({ server: "crm", tools: twice });
  assertEquals(files.map(({ path }) => path), ["crm/ping.ts", "crm/index.ts"]);
  assertEquals(problems, [
    { server: "crm", tool: "ping", message: "Left out: an earlier tool has the same name" },
  ]);
});

Deno.test("generateServer() leaves out what is no tool, and says so", () => {
  const odd = [null, 7, {}, { name: 5 }, crm[2]] as unknown as Tool[];
  const { files, problems } = generateServer({ server: "crm", tools: odd });
  assertEquals(files.length, 2);
  assertEquals(problems.length, 4);
});

Deno.test("generateServer() reports a reference that leads nowhere, once a tool", () => {
  const lost = { $ref: "https://example.com/x.json" };
  const { problems } = generateServer({
    server: "crm",
    tools: [{ name: "t", inputSchema: { type: "object", properties: { a: lost, b: lost } } }],
  });
  assertEquals(problems.map(({ message }) => message), [
    'The schema refers to "https://example.com/x.json", which it does not have: any value',
  ]);
});

Deno.test("generateServer() keeps text of a server inside its comment", () => {
  const description = "x */ export const a = 1; /* \u202e\u200b\u0000 @ts-nocheck\n@deprecated " +
    "```ts\nDeno.exit()\n``` //# sourceMappingURL=file:///etc/passwd";
  const { files } = generateServer({
    server: "crm",
    tools: [{
      name: "t",
      description,
      inputSchema: { type: "object", properties: { a: { type: "string", description } } },
    }],
  });
  const { text } = files[0]!;
  assertEquals(text.match(/\*\//g)?.length, text.match(/\/\*\*/g)?.length);
  for (const hidden of ["\u202e", "\u200b", "\u0000", "```", "sourceMappingURL"]) {
    assert(!text.includes(hidden), hidden);
  }
  assert(!/(^|\s)@(ts-|deprecated)/m.test(text));
});

Deno.test("generateServer() bounds the text of a server", () => {
  const description = "word ".repeat(100_000);
  const { files } = generateServer({
    server: "crm",
    tools: [{
      name: "t",
      description,
      inputSchema: { type: "object", properties: { a: { type: "string", description } } },
    }],
  });
  assert(files[0]!.text.length < 5_000);
});

Deno.test("generateServer() takes mangled schemas, and all it makes of them type-checks", async () => {
  const real = (await readSharedFiles()).flatMap(({ tools }) => tools)
    .filter(({ name }) => !name.startsWith("bulk_tool_"));
  const made = TYPE_CASES.map(({ name, schema }) => ({ name, inputSchema: schema }) as Tool);
  const tools = mangledTools([...real, ...made], { count: 800, seed: 20_261_120 });
  const server = { server: "mangled", tools: tools.map((tool) => ({ tool })) };
  assertEquals(await findWrongTypes([server], { exactOptionalPropertyTypes: true }), []);
});

/** Wraps a schema `times` times. */
function nested(times: number, wrap: (inner: unknown) => unknown): unknown {
  let schema: unknown = { type: "string" };
  for (let time = 0; time < times; time++) schema = wrap(schema);
  return schema;
}

/** Definitions of which each refers to the next one twice. */
function doubling(refer: (ref: unknown) => unknown): unknown {
  const definitions = Array.from({ length: 60 }, (_, at) => [
    `d${at}`,
    at === 59 ? { type: "string" } : refer({ $ref: `#/$defs/d${at + 1}` }),
  ]);
  const $defs = Object.fromEntries(definitions);
  return { type: "object", properties: { a: { $ref: "#/$defs/d0" } }, $defs };
}

const DEPTH = 20_000;

const HOSTILE: Readonly<Record<string, () => unknown>> = {
  "deep properties": () => nested(DEPTH, (n) => ({ type: "object", properties: { n } })),
  "deep items": () => nested(DEPTH, (items) => ({ type: "array", items })),
  "deep allOf": () => nested(DEPTH, (part) => ({ allOf: [part] })),
  "deep anyOf": () => nested(DEPTH, (part) => ({ anyOf: [part, { type: "null" }] })),
  "deep branches": () =>
    nested(DEPTH, (part) => ({
      ...{ type: "object", properties: { a: {} }, anyOf: [part, { required: ["a"] }] },
    })),
  "deep not": () => nested(DEPTH, (part) => ({ not: { anyOf: [part] } })),
  "deep additional properties": () => nested(DEPTH, (part) => ({ additionalProperties: part })),
  "deep values": () => ({ properties: { a: { enum: [nested(DEPTH, (item) => [item])] } } }),
  "deep default": () => ({ properties: { a: { default: nested(DEPTH, (item) => [item]) } } }),
  "doubling allOf": () => doubling((ref) => ({ allOf: [ref, ref, { minLength: 1 }] })),
  "doubling anyOf": () => doubling((ref) => ({ anyOf: [ref, { type: "array", items: ref }] })),
  "doubling properties": () =>
    doubling((ref) => ({ properties: { a: ref, b: { allOf: [ref, { type: "object" }] } } })),
  "a long chain of references": () => ({
    properties: { a: { $ref: "#/$defs/d0" } },
    $defs: Object.fromEntries(
      Array.from({ length: DEPTH }, (_, at) => [`d${at}`, { $ref: `#/$defs/d${at + 1}` }]),
    ),
  }),
  "many properties": () => ({
    properties: Object.fromEntries(Array.from({ length: DEPTH }, (_, at) => [`p${at}`, {}])),
  }),
  "many values": () => ({
    properties: { a: { enum: Array.from({ length: 200_000 }, (_, at) => at) } },
  }),
  "many choices": () => ({
    properties: { a: {} },
    allOf: Array.from({ length: 100 }, (_, at) => ({
      anyOf: [{ required: [`a${at}`] }, { required: [`b${at}`] }],
    })),
  }),
  "many dependencies": () => ({
    properties: { a: {} },
    dependentRequired: Object.fromEntries(
      Array.from({ length: DEPTH }, (_, at) => [`p${at}`, ["a"]]),
    ),
  }),
  "a type that requires itself": () => ({
    properties: { a: { $ref: "#/$defs/A" } },
    required: ["a"],
    $defs: {
      A: {
        properties: Object.fromEntries(
          [..."abcdefgh"].map((key) => [key, { anyOf: [{ $ref: "#/$defs/A" }, { $ref: "#" }] }]),
        ),
        required: [..."abcdefgh"],
      },
    },
  }),
};

const hostile = sampled(Object.entries(HOSTILE), { keep: 6, name: "hostile schemas" });
for (const [name, makeSchema] of hostile) {
  Deno.test(`generateServer() survives ${name}`, () => {
    const schema = makeSchema() as Record<string, unknown>;
    const tool: Tool = { name: "t", inputSchema: schema, outputSchema: schema };
    const { files } = generateServer({ server: "hostile", tools: [tool] });
    assertStringIncludes(files[0]!.text, "export type TInput =");
    assert(files[0]!.text.length < 10_000_000);
  });
}

const tool: Tool = {
  name: "list",
  description: "Lists",
  inputSchema: { type: "object", properties: { a: {}, b: {} } },
  annotations: { readOnlyHint: true },
};

Deno.test("hashTool() does not depend on the order of keys, nor on the name", () => {
  const inputSchema = { properties: { b: {}, a: {} }, type: "object" };
  assertEquals(hashTool({ ...tool, name: "other", inputSchema }), hashTool(tool));
});

Deno.test("hashTool() changes with the description, the annotations and both schemas", () => {
  const changes: Partial<Tool>[] = [
    { description: "Lists all" },
    { annotations: { readOnlyHint: false } },
    { inputSchema: { type: "object" } },
    { outputSchema: { type: "object" } },
  ];
  for (const change of changes) assertNotEquals(hashTool({ ...tool, ...change }), hashTool(tool));
});
