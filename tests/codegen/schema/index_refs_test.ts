import { assertEquals } from "@std/assert";
import { indexRefs } from "../../../src/codegen/schema/index_refs.ts";

type Json = Record<string, unknown>;

/** What a reference in the root of a document leads to. */
function follow(ref: string, document: Json): unknown {
  const root = { ...document, $ref: ref };
  return indexRefs(root).resolve(ref, root)?.schema;
}

Deno.test("indexRefs() follows JSON pointers with all their escapes", () => {
  const $defs = {
    "a/b~c": { const: 1 },
    "with space": { const: 2 },
    list: { anyOf: [{ const: 3 }] },
  };
  assertEquals(follow("#/$defs/a~1b~0c", { $defs }), { const: 1 });
  assertEquals(follow("#/$defs/with%20space", { $defs }), { const: 2 });
  assertEquals(follow("#/$defs/list/anyOf/0", { $defs }), { const: 3 });
});

Deno.test("indexRefs() follows anchors and the document's own URIs", () => {
  const document = {
    $id: "https://example.com/s.json",
    $defs: {
      a: { $anchor: "here", const: 1 },
      b: { $id: "sub.json", $defs: { c: { const: 2 } } },
      d: { id: "#old", const: 3 },
    },
  };
  assertEquals(follow("#here", document), document.$defs.a);
  assertEquals(follow("https://example.com/s.json#/$defs/a", document), document.$defs.a);
  assertEquals(follow("sub.json#/$defs/c", document), { const: 2 });
  assertEquals(follow("https://example.com/sub.json", document), document.$defs.b);
  assertEquals(follow("#old", document), document.$defs.d);
});

Deno.test("indexRefs() leads to nothing outside the document, and to nothing inherited", () => {
  const refs = ["https://example.com/x", "file:///etc/passwd", "x.json", "#/a/b", "#none", "#/%zz"];
  for (const ref of [...refs, "#/constructor", "#/__proto__", "#/$defs/a/type", ""]) {
    const found = follow(ref, { $defs: { a: { type: "string" } } });
    assertEquals(found, ref === "" ? { $defs: { a: { type: "string" } }, $ref: "" } : undefined);
  }
});

Deno.test("indexRefs() knows which targets contain themselves", () => {
  const root = {
    properties: { a: { $ref: "#/$defs/A" }, p: { $ref: "#/$defs/Plain" } },
    $defs: {
      A: { properties: { b: { $ref: "#/$defs/B" } } },
      B: { anyOf: [{ $ref: "#/$defs/A" }, { $ref: "#/$defs/Plain" }] },
      Plain: { const: 1 },
    },
  };
  const refs = indexRefs(root);
  const isRecursive = (name: string) =>
    refs.isRecursive(refs.resolve(`#/$defs/${name}`, root.properties.a)!);
  assertEquals(["A", "B", "Plain"].map(isRecursive), [true, true, false]);
});

Deno.test("indexRefs() takes keys of a map of schemas for names, and data for data", () => {
  const root = {
    properties: { $anchor: { const: 1 }, enum: { $anchor: "here" }, x: { $ref: "#here" } },
    default: { $anchor: "here" },
  };
  assertEquals(indexRefs(root).resolve("#here", root.properties.x)?.schema, root.properties.enum);
});
