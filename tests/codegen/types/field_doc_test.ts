import { assertEquals } from "@std/assert";
import { fieldDoc } from "../../../src/codegen/types/field_doc.ts";

/** By what is said about the schema. */
const DOCS: Readonly<Record<string, object>> = {
  "Page size (1..100, default 20)": {
    description: "Page size",
    minimum: 1,
    maximum: 100,
    default: 20,
  },
  "> 0, <= 9": { minimum: 0, exclusiveMinimum: true, maximum: 9 },
  ">= 0, < 1": { minimum: 0, exclusiveMaximum: 1 },
  "date-time": { format: "date-time" },
  "2..5 chars, /^a+$/": { minLength: 2, maxLength: 5, pattern: "^a+$" },
  "3 items": { minItems: 3, maxItems: 3 },
  "default [1,2], deprecated": { default: [1, 2], deprecated: true },
  "Rows, at most 50": { description: "Rows, at most 50", maximum: 50 },
  "Order (default: asc)": { description: "Order (default: asc)", default: "asc" },
  "": {
    ...{ format: "int64", minLength: 1, maximum: Number.MAX_SAFE_INTEGER, default: false },
    ...{ pattern: "x".repeat(99), minItems: "3" },
  },
};

Deno.test("fieldDoc says what a type cannot, once, and in few words", () => {
  for (const [doc, schema] of Object.entries(DOCS)) {
    assertEquals(fieldDoc([schema as Record<string, unknown>]), doc);
  }
});

Deno.test("fieldDoc takes the first description and the facts of all schemas", () => {
  const doc = fieldDoc([{ minimum: 1 }, { description: "A" }, { description: "B", maximum: 2 }]);
  assertEquals(doc, "A (>= 1, <= 2)");
});

Deno.test("fieldDoc says what the constants of a choice mean", () => {
  const branches = [{ const: "a", title: "First" }, { const: "b", description: "Second" }, {
    const: "c",
  }];
  assertEquals(fieldDoc([], branches), "a: First, b: Second");
});
