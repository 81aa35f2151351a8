import { assertEquals } from "@std/assert";
import { settleNames } from "../../../src/codegen/types/settle_names.ts";
import type { NamedType, TypeNode } from "../../../src/codegen/types/type_node.ts";

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
