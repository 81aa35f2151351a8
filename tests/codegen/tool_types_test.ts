import { assertEquals } from "@std/assert";
import { sampled } from "../fixtures/sampled.ts";
import { TYPE_CASES } from "./type_cases.ts";
import { findWrongTypes } from "./type_checks.ts";

const tools = TYPE_CASES.map(({ name, schema, valid, invalid }) => ({
  tool: { name, inputSchema: schema as Record<string, unknown> },
  valid,
  invalid,
}));

for (
  const exactOptionalPropertyTypes of sampled([true, false], { keep: 1, name: "types of tools" })
) {
  const name = "toolTypes understands each way of schemas to say something, " +
    `exact optional properties ${exactOptionalPropertyTypes ? "on" : "off"}`;
  Deno.test(name, async () => {
    const found = await findWrongTypes([{ server: "cases", tools }], {
      exactOptionalPropertyTypes,
    });
    assertEquals(found, []);
  });
}

Deno.test("findWrongTypes() finds a valid value that is refused and an invalid one that is taken", async () => {
  const tool = {
    name: "t",
    inputSchema: { type: "object", properties: { a: { type: "string" } } },
  };
  const [refused, taken, ...others] = await findWrongTypes(
    [{ server: "cases", tools: [{ tool, valid: [{ a: 1 }], invalid: [{ a: "x" }] }] }],
    { exactOptionalPropertyTypes: true },
  );
  assertEquals(refused?.includes('valid0: Input = {"a":1}'), true);
  assertEquals(taken?.includes('invalid0: Input = {"a":"x"}'), true);
  assertEquals(others, []);
});
