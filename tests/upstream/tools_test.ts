import { assert, assertEquals, assertRejects } from "@std/assert";
import { AirlockError } from "../../src/model/errors.ts";
import type { JsonSchema, Tool, ToolProblem } from "../../src/model/tool.ts";
import { readToolResult } from "../../src/upstream/read_tool_result.ts";
import { repairTools } from "../../src/upstream/repair_tools.ts";
import { selectTools } from "../../src/upstream/select_tools.ts";
import { validateArguments } from "../../src/upstream/validate_arguments.ts";
import { BAD_TOOLS } from "../fixtures/servers/odd/bad_tools.ts";
import { readCases } from "./shared_data.ts";

const names = ["get_lead", "get_leads", "delete_lead", "delete_all", "a*b", "ping"];

function select(selection: Parameters<typeof selectTools>[1]): string[] {
  const tools = names.map((name) => ({ name, inputSchema: { type: "object" } }));
  return selectTools(tools, selection).map(({ name }) => name);
}

Deno.test("selectTools() lets everything through where nothing is said", () => {
  assertEquals(select({}), names);
  assertEquals(select({ allow: undefined, deny: undefined }), names);
});

Deno.test("selectTools() takes * for any run of characters and all else for itself", () => {
  assertEquals(select({ allow: ["get_*"] }), ["get_lead", "get_leads"]);
  assertEquals(select({ allow: ["*_lead"] }), ["get_lead", "delete_lead"]);
  assertEquals(select({ allow: ["*e*_*l*"] }), [
    "get_lead",
    "get_leads",
    "delete_lead",
    "delete_all",
  ]);
  assertEquals(select({ allow: ["ping", "g.t_lead"] }), ["ping"]);
  assertEquals(select({ allow: ["get_lead*d"] }), []);
  assertEquals(select({ allow: [] }), []);
});

Deno.test("selectTools() has deny win", () => {
  assertEquals(select({ allow: ["*"], deny: ["delete_*", "a*b"] }), [
    "get_lead",
    "get_leads",
    "ping",
  ]);
});

Deno.test("selectTools() is not held up by a pattern", () => {
  const tools = [{ name: "a".repeat(256), inputSchema: { type: "object" } }];
  assertEquals(selectTools(tools, { allow: [`${"*a".repeat(200)}*b`] }), []);
});

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

function value(result: unknown): unknown {
  const outcome = allOf(readToolResult(result));
  assertEquals(outcome.kind, "value");
  return outcome.kind === "value" ? outcome.value : undefined;
}

function text(text: string): { type: string; text: string } {
  return { type: "text", text };
}

Deno.test("readToolResult() gives structured content where there is any", () => {
  assertEquals(value({ content: [text("x")], structuredContent: { a: 1 } }), { a: 1 });
  assertEquals(value({ content: [], structuredContent: [1] }), [1]);
  assertEquals(value({ content: [text("x")], structuredContent: null }), "x");
});

Deno.test("readToolResult() parses a text that is an object or an array, and no other", () => {
  const parsed = { ' {"a":[1]}\n': { a: [1] }, "[1,2]": [1, 2], "{}": {} };
  for (const [json, expected] of Object.entries(parsed)) {
    assertEquals(value({ content: [text(json)] }), expected);
  }
  for (
    const plain of [
      "7",
      "12345678901234567890",
      '"x"',
      "null",
      "true",
      "",
      "{a}",
      "[1] and [2]",
      "{} {}",
      "plain",
    ]
  ) {
    assertEquals(value({ content: [text(plain)] }), plain);
  }
});

Deno.test("readToolResult() gives an array for several blocks and null for none", () => {
  assertEquals(value({ content: [text("one"), text('{"two":2}')] }), ["one", { two: 2 }]);
  for (const nothing of [{ content: [] }, {}, { content: null }, null, undefined]) {
    assertEquals(value(nothing), null);
  }
});

Deno.test("readToolResult() gives media, resources and links as plain objects", () => {
  const annotations = { audience: ["user"] };
  const blocks = [
    { type: "image", mimeType: "image/png", data: "AA==", annotations },
    { type: "audio", mimeType: "audio/wav", data: "AA==", _meta: {} },
    {
      type: "resource",
      resource: { uri: "x://t", mimeType: "text/plain", text: "t" },
      annotations,
    },
    { type: "resource", resource: { uri: "x://b", blob: "AAEC" } },
    { type: "resource_link", uri: "x://l", name: "l", size: 7, annotations },
  ];
  assertEquals(value({ content: blocks }), [
    { type: "image", mimeType: "image/png", data: "AA==" },
    { type: "audio", mimeType: "audio/wav", data: "AA==" },
    { type: "resource", uri: "x://t", mimeType: "text/plain", text: "t" },
    { type: "resource", uri: "x://b", blob: "AAEC" },
    { type: "resource_link", uri: "x://l", name: "l", size: 7 },
  ]);
});

Deno.test("readToolResult() gives what it does not know as it came", () => {
  const odd = [{ type: "hologram", data: "?" }, 7, { type: "text" }, { type: "resource" }];
  assertEquals(value({ content: odd }), odd);
  assertEquals(value({ content: "text" }), "text");
  assertEquals(value("bare"), "bare");
  assertEquals(value({ toolResult: { old: true } }), { old: true });
});

Deno.test("readToolResult() keeps a property named __proto__ a property", () => {
  const result = value({ content: [text('{"__proto__":{"polluted":true}}')] }) as object;
  assertEquals(Object.keys(result), ["__proto__"]);
  assertEquals(({} as { polluted?: boolean }).polluted, undefined);
});

Deno.test("readToolResult() takes a failure's message from its texts", () => {
  const failures: [unknown, string][] = [
    [{ isError: true, content: [text("no lead 7")] }, "no lead 7"],
    [{ isError: true, content: [text("one"), { type: "image" }, text("two")] }, "one\ntwo"],
    [{ isError: true, content: "plain" }, "plain"],
    [{ isError: true, content: [], structuredContent: { code: 7 } }, '{"code":7}'],
    [{ isError: true }, "The tool failed and gave no reason"],
  ];
  for (const [result, message] of failures) {
    assertEquals(allOf(readToolResult(result)), { kind: "tool_error", message });
  }
  assertEquals(value({ isError: "true", content: [text("fine")] }), "fine");
});

function allOf<T>(steps: Iterator<void, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

async function check(inputSchema: JsonSchema, args: unknown): Promise<string> {
  try {
    await validateArguments({ name: "list_leads", inputSchema }, args, { server: "crm" });
    return "fits";
  } catch (error) {
    assertEquals((error as AirlockError).code, "ARGUMENTS_INVALID");
    return (error as AirlockError).message.replace("Cannot call crm.list_leads: ", "");
  }
}

const properties = (properties: Record<string, unknown>) => ({ type: "object", properties });

Deno.test("validateArguments() names the call, the field and what was expected of it", async () => {
  const tool = { name: "list_leads", inputSchema: properties({ limit: { type: "integer" } }) };
  await validateArguments(tool, { limit: 5 }, { server: "crm" });
  const error = await assertRejects(
    () => validateArguments(tool, { limit: "5" }, { server: "crm" }),
    AirlockError,
  );
  assertEquals(error.message, 'Cannot call crm.list_leads: "limit" must be integer');
  assertEquals(error.code, "ARGUMENTS_INVALID");
});

Deno.test("validateArguments() says in words what each keyword asks for", async () => {
  const branch = (kind: string, field: string) => ({
    ...properties({ kind: { const: kind }, [field]: { type: "number" } }),
    required: ["kind", field],
  });
  const cases: [Record<string, unknown>, unknown, string][] = [
    [{ required: ["a"] }, {}, '"a" is missing'],
    [properties({ a: { type: ["string", "null"] } }), { a: 1 }, '"a" must be string or null'],
    [properties({ a: { enum: ["x", 1] } }), { a: 2 }, '"a" must be one of "x", 1'],
    [properties({ a: { const: "x" } }), { a: 2 }, '"a" must be "x"'],
    [properties({ a: { minimum: 1 } }), { a: 0 }, '"a" must be >= 1'],
    [properties({ a: { pattern: "^x$" } }), { a: "y" }, '"a" must match pattern "^x$"'],
    [properties({ a: false }), { a: 1 }, '"a" is not allowed'],
    [properties({ a: { uniqueItems: true } }), { a: [1, 1] }, '"a" must not have two equal items'],
    [
      { ...properties({ a: {}, b: {} }), additionalProperties: false },
      { c: 1 },
      '"c" is not known; known are "a", "b"',
    ],
    [
      properties({ a: { items: properties({ "b/c": { type: "number" } }) } }),
      { a: [{}, { "b/c": "x" }] },
      '"a[1].b/c" must be number',
    ],
    [
      properties({ a: { anyOf: [{ type: "string" }, { type: "null" }] } }),
      { a: 1 },
      '"a" must be string or null',
    ],
    [
      properties({ a: { oneOf: [branch("circle", "r"), branch("square", "side")] } }),
      { a: { kind: "circle", r: "x" } },
      '"a.r" must be number',
    ],
    [properties({ a: { oneOf: [{}, {}] } }), { a: 1 }, '"a" must match exactly one of its shapes'],
    [{ propertyNames: { maxLength: 3 } }, { long_name: 1 }, '"long_name" is not a valid name'],
    [{ if: { required: ["a"] }, then: { required: ["b"] } }, { a: 1 }, '"b" is missing'],
    [{ type: "object" }, [], "the arguments must be object"],
  ];
  for (const [schema, args, message] of cases) assertEquals(await check(schema, args), message);
});

Deno.test("validateArguments() never says what the arguments hold", async () => {
  const secret = "alice@example.com";
  const field = (schema: unknown) => properties({ a: schema });
  const schemas = [
    field({ type: "integer" }),
    field({ enum: ["x"] }),
    field({ maxLength: 1 }),
    field({ pattern: "^x$" }),
    field({ anyOf: [{ type: "null" }, { const: 1 }] }),
    field({ not: { type: "string" } }),
  ];
  for (const schema of schemas) {
    const message = await check(schema, { a: secret });
    assertEquals(message.includes("alice"), false);
    assertEquals(message === "fits", false);
  }
});

Deno.test("validateArguments() keeps its messages short", async () => {
  const values = Array.from({ length: 100 }, (_, index) => `${index} ${"x".repeat(1_000)}`);
  const message = await check(properties({ a: { enum: values } }), { a: 1 });
  assertEquals(message.length < 1_500, true);
  assertEquals(message.endsWith("and 88 more"), true);
});

Deno.test("validateArguments() knows draft-07 and 2020-12, and takes the first one's tuples unasked", async () => {
  const tuple = [{ type: "number" }];
  const draft7 = {
    $schema: "http://json-schema.org/draft-07/schema#",
    ...properties({ a: { items: tuple } }),
  };
  const draft2020 = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    ...properties({ a: { prefixItems: tuple } }),
  };
  for (const schema of [draft7, draft2020, properties({ a: { items: tuple } })]) {
    assertEquals(await check(schema, { a: [1] }), "fits");
    assertEquals(await check(schema, { a: ["x"] }), '"a[0]" must be number');
  }
  assertEquals(
    await check({ ...draft7, properties: { a: { prefixItems: tuple } } }, { a: ["x"] }),
    "fits",
  );
});

Deno.test("validateArguments() takes formats for notes and properties of all objects for none", async () => {
  assertEquals(await check(properties({ a: { format: "date-time" } }), { a: "tomorrow" }), "fits");
  assertEquals(await check(properties({ constructor: { type: "string" } }), {}), "fits");
});

Deno.test("validateArguments() leaves a schema that cannot be compiled to the server, and says so once", async () => {
  const schemas = [
    properties({ a: { $ref: "#/$defs/missing" } }),
    properties({ a: { $ref: "http://127.0.0.1:1/schema.json" } }),
    properties({ a: { $ref: "file:///etc/passwd" } }),
    properties({ a: { minimum: "1" } }),
    { type: "object", description: "x".repeat(300_000) },
  ];
  for (const inputSchema of schemas) {
    const problems: ToolProblem[] = [];
    const tool = { name: "t", inputSchema };
    const options = { server: "s", onProblem: (problem: ToolProblem) => problems.push(problem) };
    await validateArguments(tool, { a: 1 }, options);
    await validateArguments(tool, { a: 2 }, options);
    const message = "Arguments are not checked: inputSchema cannot be compiled";
    assertEquals(problems, [{ server: "s", tool: "t", message }]);
    await assertRejects(() => validateArguments(tool, 7, options), AirlockError, "must be object");
  }
});

Deno.test("validateArguments() ends on schemas and values that were made to never end", async () => {
  const letters = [..."abcdefghijklmnopqrstuvwxyz"];
  const refs = (name: string) => [{ $ref: `#/$defs/${name}` }, { $ref: `#/$defs/${name}` }];
  const doubling = Object.fromEntries(
    letters.map((letter, index) => {
      const next = letters[index + 1];
      return [letter, next === undefined ? { type: "string" } : { anyOf: refs(next) }];
    }),
  );
  const endless: [JsonSchema, unknown][] = [
    [{ ...properties({ a: { $ref: "#/$defs/a" } }), $defs: doubling }, { a: 1 }],
    [{ ...properties({ a: { $ref: "#/$defs/A" } }), $defs: { A: { $ref: "#/$defs/A" } } }, {
      a: 1,
    }],
    [{ type: "object", anyOf: [{ $ref: "#" }, { $ref: "#" }] }, {}],
    [properties({ a: { pattern: "(?=x)^(a+)+$" } }), { a: `${"a".repeat(50)}!` }],
    [properties({ a: { pattern: "^(a+)+$" } }), { a: `${"a".repeat(1_000_000)}!` }],
  ];
  for (const [schema, args] of endless) assertEquals(await check(schema, args), "fits");
  assertEquals(
    await check(properties({ a: { pattern: "^(a+)+$" } }), { a: `${"a".repeat(10_000)}!` }),
    '"a" must match pattern "^(a+)+$"',
  );
  const items = Array.from({ length: 5_000 }, (_, index) => ({ index }));
  assertEquals(await check(properties({ a: { uniqueItems: true } }), { a: items }), "fits");
});

Deno.test("validateArguments() does not change what it checks", async () => {
  const args = { a: "5" };
  const schema = { ...properties({ a: {}, b: { default: 1 } }), additionalProperties: false };
  assertEquals(await check(schema, args), "fits");
  assertEquals(args, { a: "5" });
  const inputSchema = { ...properties({ a: { const: { $ref: "#/x" } } }), $id: "x", id: "y" };
  const before = structuredClone(inputSchema);
  assertEquals(await check(inputSchema, { a: { $ref: "#/x" } }), "fits");
  assertEquals(inputSchema, before);
});

Deno.test("validateArguments() judges every noted example rightly", async () => {
  for (const { file, tools: raw } of await readCases()) {
    for (const tool of repairTools("s", raw).tools) {
      const examples = raw.find(({ name }) => name === tool.name)?._examples;
      for (const args of examples?.valid ?? []) {
        await validateArguments(tool, args, { server: file });
      }
      for (const args of examples?.invalid ?? []) {
        await assertRejects(() => validateArguments(tool, args, { server: file }), AirlockError);
      }
    }
  }
});
