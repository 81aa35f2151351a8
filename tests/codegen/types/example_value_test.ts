import { assertEquals } from "@std/assert";
import { exampleValue } from "../../../src/codegen/types/example_value.ts";
import type { FieldNode, TypeNode } from "../../../src/codegen/types/type_node.ts";

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
