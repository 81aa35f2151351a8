import { assert, assertEquals } from "@std/assert";
import { mostBytes } from "../../src/upstream/measure_json.ts";

function bytesOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}

Deno.test("mostBytes() is never less than what a schema allows", () => {
  const text = { type: "string", maxLength: 3 };
  const cases: [unknown, unknown][] = [
    [{ type: "boolean" }, false],
    [{ type: "null" }, null],
    [{ type: "number" }, -1.7976931348623157e308],
    [text, "\u0000\u0000\u0000"],
    [{ const: { state: "done" } }, { state: "done" }],
    [{ enum: ["a", "a longer one"] }, "a longer one"],
    [{ type: "array", items: text, maxItems: 4 }, Array(4).fill("€€€")],
    [
      {
        type: "object",
        properties: { a: text, b: { type: "boolean" } },
        additionalProperties: false,
      },
      { a: "\u0001\u0001\u0001", b: false },
    ],
  ];
  for (const [schema, largest] of cases) {
    const most = mostBytes(schema);
    assert(most !== undefined && most >= bytesOf(largest), JSON.stringify(schema));
  }
});

Deno.test("mostBytes() knows no bound where the schema's own words say none", () => {
  const endless: Record<string, unknown> = { type: "array", maxItems: 2 };
  endless["items"] = endless;
  const schemas = [
    undefined,
    true,
    {},
    { type: "string" },
    { type: ["string", "null"], maxLength: 3 },
    { type: "array", items: { type: "null" } },
    { type: "array", maxItems: 3 },
    { type: "object", properties: { a: { type: "null" } } },
    { type: "object", properties: { a: { type: "string" } }, additionalProperties: false },
    { $ref: "#/$defs/a" },
    { anyOf: [{ type: "null" }] },
    endless,
  ];
  for (const schema of schemas) assertEquals(mostBytes(schema), undefined);
});
