import { assert, assertEquals } from "@std/assert";
import { exampleValue } from "../../../src/codegen/types/example_value.ts";
import { fieldDoc } from "../../../src/codegen/types/field_doc.ts";
import { safeLines, safeLiteral, safeText } from "../../../src/codegen/types/safe_text.ts";
import { settleNames } from "../../../src/codegen/types/settle_names.ts";
import type { FieldNode, NamedType, TypeNode } from "../../../src/codegen/types/type_node.ts";

function named(name: string, fields: Record<string, TypeNode>): NamedType {
  const entries = Object.entries(fields);
  return {
    name,
    type: {
      kind: "object",
      fields: entries.map(([key, type]) => ({ key, presence: "required" as const, type })),
    },
  };
}

const A: TypeNode = { kind: "name", name: "A" };
const B: TypeNode = { kind: "name", name: "B" };
const long = { aLongName: { kind: "string" }, anotherLongName: { kind: "number" } } as const;

function namesOf(types: readonly NamedType[]): string[] {
  return settleNames(types).map(({ name }) => name);
}

Deno.test("settleNames() writes out a type that is used once, and one that is short", () => {
  assertEquals(namesOf([named("Root", { a: A }), named("A", long)]), ["Root"]);
  const short = named("A", { x: { kind: "null" } });
  assertEquals(namesOf([named("Root", { a: A, b: A }), short]), ["Root"]);
});

Deno.test("settleNames() leaves a long type that is used twice its name", () => {
  assertEquals(namesOf([named("Root", { a: A, b: A }), named("A", long)]), ["Root", "A"]);
});

Deno.test("settleNames() leaves types that contain themselves, or each other, a name", () => {
  assertEquals(namesOf([named("Root", { a: A }), named("A", { a: A })]), ["Root", "A"]);
  const types = settleNames([named("Root", { a: A }), named("A", { b: B }), named("B", { a: A })]);
  assertEquals(types.map(({ name }) => name), ["Root", "A"]);
});

Deno.test("settleNames() gives a field the doc of the type that is written out in it", () => {
  const [root] = settleNames([named("Root", { a: A }), { ...named("A", long), doc: "About A" }]);
  assertEquals(root?.type.kind === "object" && root.type.fields[0]?.doc, "About A");
});

Deno.test("settleNames() makes any value of types that are nothing but each other", () => {
  const types = settleNames([
    named("Root", { a: A }),
    { name: "A", type: B },
    { name: "B", type: { kind: "union", members: [A, { kind: "string" }] } },
  ]);
  assertEquals(types, [named("Root", { a: { kind: "unknown" } })]);
});

function field(
  key: string,
  type: TypeNode,
  presence: FieldNode["presence"] = "required",
): FieldNode {
  return { key, presence, type };
}

const text: TypeNode = { kind: "string" };
const none = new Map<string, TypeNode>();

Deno.test("exampleValue() fills in what is required", () => {
  const fields = [
    field("a", text),
    field("b", { kind: "number", sample: 7 }),
    field("c", text, "optional"),
  ];
  assertEquals(exampleValue({ kind: "object", fields }, none), { value: { a: "...", b: 7 } });
});

Deno.test("exampleValue() takes a branch of each choice that goes with the rest", () => {
  const kinds: TypeNode = {
    kind: "union",
    members: [{ kind: "literal", value: "a" }, { kind: "literal", value: "b" }],
  };
  const branch = (value: string): TypeNode => ({
    kind: "object",
    fields: [field("kind", { kind: "literal", value })],
  });
  const type: TypeNode = {
    kind: "intersection",
    members: [
      { kind: "object", fields: [field("kind", kinds)] },
      { kind: "union", members: [branch("c"), branch("b")] },
    ],
  };
  assertEquals(exampleValue(type, none), { value: { kind: "b" } });
});

Deno.test("exampleValue() ends types that contain themselves, and has none where they cannot end", () => {
  const self: TypeNode = { kind: "name", name: "A" };
  const ends: TypeNode = { kind: "union", members: [self, { kind: "null" }] };
  const types = (next: TypeNode) =>
    new Map<string, TypeNode>([["A", { kind: "object", fields: [field("next", next)] }]]);
  assertEquals(exampleValue(self, types(ends)), { value: { next: null } });
  assertEquals(exampleValue(self, types(self)), undefined);
});

Deno.test("exampleValue() has none for a type that nothing fits", () => {
  assertEquals(exampleValue({ kind: "never" }, none), undefined);
  assertEquals(
    exampleValue({ kind: "object", fields: [field("a", { kind: "never" })] }, none),
    undefined,
  );
});

Deno.test("safeText() ends no comment, also not when something invisible was in between", () => {
  assertEquals(safeText("**/*.ts *\u200b/ *\u0000/", 99), "**\\/*.ts *\\/ *\\/");
});

Deno.test("safeText() begins no tag and no directive", () => {
  const text = "@ts-ignore {@link x} a @deprecated me@example.com";
  assertEquals(safeText(text, 99), "\\@ts-ignore {\\@link x} a \\@deprecated me@example.com");
});

Deno.test("safeText() opens no fence and names no source map", () => {
  assertEquals(safeText("```ts", 99), "'''ts");
  assertEquals(
    safeText("//# sourceMappingURL=x //@ sourceURL = y", 99).match(/source\w*URL/),
    null,
  );
});

Deno.test("safeText() strips what cannot be seen and keeps all other scripts", () => {
  assertEquals(safeText("a\u202eb\u{e0041}c\ufeffd\ud800e\u0007", 99), "abcde");
  assertEquals(safeText("城市 😀 naïve שלום", 99), "城市 😀 naïve שלום");
});

Deno.test("safeText() is one line of bounded length, never half a character", () => {
  assertEquals(safeText(" a\r\n\tb\u2028c ", 99), "a b c");
  assertEquals(safeText("abcdef", 4), "abc…");
  assertEquals(safeText("ab😀cd", 4), "ab…");
  assertEquals(safeText(7, 4), "");
});

Deno.test("safeLines() keeps lines that are not empty, together of bounded length", () => {
  assertEquals(safeLines("a\n\n  b\r\nc", 99), ["a", "b", "c"]);
  assert(safeLines("word\n".repeat(1000), 50).join("\n").length <= 50);
});

Deno.test("safeLiteral() is the value, and all of it can be seen", () => {
  const values = [
    '"',
    "\\",
    "\n",
    "\u2028",
    "\u202e",
    "\u{e0041}",
    "\ud800",
    "*/",
    "sourceMappingURL=",
  ];
  for (const value of values) {
    const literal = safeLiteral(value);
    assertEquals((0, eval)(literal), value);
    assert(/^[\x20-\x7e]*$/.test(literal), literal);
    assert(!literal.includes("sourceMappingURL"));
  }
  assertEquals(safeLiteral(-1.5), "-1.5");
});

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

Deno.test("fieldDoc() says what a type cannot, once, and in few words", () => {
  for (const [doc, schema] of Object.entries(DOCS)) {
    assertEquals(fieldDoc([schema as Record<string, unknown>]), doc);
  }
});

Deno.test("fieldDoc() takes the first description and the facts of all schemas", () => {
  const doc = fieldDoc([{ minimum: 1 }, { description: "A" }, { description: "B", maximum: 2 }]);
  assertEquals(doc, "A (>= 1, <= 2)");
});

Deno.test("fieldDoc() says what the constants of a choice mean", () => {
  const branches = [{ const: "a", title: "First" }, { const: "b", description: "Second" }, {
    const: "c",
  }];
  assertEquals(fieldDoc([], branches), "a: First, b: Second");
});
