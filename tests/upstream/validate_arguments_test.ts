import { assertEquals, assertRejects } from "@std/assert";
import { AirlockError } from "../../src/model/errors.ts";
import { repairTools } from "../../src/upstream/repair_tools.ts";
import type { JsonSchema, ToolProblem } from "../../src/model/tool.ts";
import { validateArguments } from "../../src/upstream/validate_arguments.ts";
import { readCases } from "./shared_data.ts";

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
