import { assert, assertEquals } from "@std/assert";
import { mergeShapes, type Shape, shapeOf } from "../../../src/codegen/observed/observed_shape.ts";
import { shapeType } from "../../../src/codegen/observed/observed_type.ts";
import { printType } from "../../../src/codegen/types/type_node.ts";

/** The type after these results, on one line. */
function typeAfter(...results: readonly unknown[]): string {
  const shape = results.map(shapeOf).reduce(mergeShapes, {} as Shape);
  return printType(shapeType(shape)).replaceAll(/\s+/g, " ");
}

Deno.test("shapeOf() tells kinds, lists and fields, and what only some objects have", () => {
  assertEquals(typeAfter("a"), "string");
  assertEquals(typeAfter(null), "null");
  assertEquals(typeAfter([]), "unknown[]");
  assertEquals(typeAfter({}), "Record<string, unknown>");
  assertEquals(
    typeAfter({ items: [{ id: 1, name: "x" }, { id: 2, name: null, tags: ["a"] }], total: 2 }),
    "{ items: { id: number; name: null | string; tags?: string[] }[]; total: number }",
  );
});

Deno.test("a result that contradicts those before widens the type", () => {
  assertEquals(
    typeAfter({ total: 1, ok: true }, { total: "many", ok: true }),
    "{ ok: boolean; total: number | string }",
  );
  assertEquals(typeAfter({ id: 1, label: "a" }, [1]), "number[] | { id: number; label: string }");
  assertEquals(typeAfter({ id: 1, label: "a" }, { id: 1 }), "{ id: number; label?: string }");
});

/** Objects whose keys are data. */
const MAPS: Readonly<Record<string, unknown>> = {
  "by e-mail address": { "ada@example.com": 1 },
  "by a person's name": { "Ada Lovelace": { age: 36 } },
  "by first names": { Ada: { age: 36 }, Grace: null },
  "by account": { alovelace: { age: 36, city: "London" }, ghopper: { age: 85 } },
  "by account, one only": { alovelace: 3 },
  "by id": { "lead-00042": { score: 1 }, "lead-00043": { score: 2 } },
  "by number": { "1": "a", "2": "b" },
  "by UUID": { "3f2504e0-4f89-11d3-9a0c-0305e82c3301": true },
  "by phone number": { "+49 30 901820": true },
  "by word, many": Object.fromEntries(
    Array.from({ length: 100 }, (_, i) => [`word_${"x".repeat(i % 30)}${i % 9}`, i]),
  ),
};

Deno.test("keys that are data are in no shape", () => {
  for (const [what, map] of Object.entries(MAPS)) {
    const text = JSON.stringify(shapeOf({ status: "ok", found: [map] }));
    assert(text.includes(`"values"`), what);
    for (const key of Object.keys(map as object)) {
      assert(!text.includes(`"${key}"`), `${what}: ${text}`);
    }
  }
});

Deno.test("no value is in a shape", () => {
  const text = JSON.stringify(
    shapeOf({ name: "SECRET", items: ["SECRET", { note: "SECRET", n: 7_654_321 }] }),
  );
  assert(!/SECRET|7654321/.test(text), text);
});

Deno.test("objects of one place that have little in common become a map", () => {
  const words = (from: number) =>
    Object.fromEntries(
      Array.from(
        { length: 6 },
        (_, i) => [`is_word_${String.fromCharCode(97 + from + i)}`, i % 2 ? 1 : "a"],
      ),
    );
  assertEquals(typeAfter(words(0), words(10)), "{ [key: string]: number | string }");
});

Deno.test("mergeShapes() comes to the same in any order, and of the same shape to that shape", () => {
  const values = [{ id: 1, tags: ["a"] }, { id: null }, [1, "a"], "x", {
    id: 1,
    owner: { name: "a", id: 1 },
  }];
  const shapes = values.map(shapeOf);
  const merged = (of: readonly Shape[]) => typeOf(of.reduce(mergeShapes, {} as Shape));
  const typeOf = (shape: Shape) => printType(shapeType(shape));
  assertEquals(merged(shapes.toReversed()), merged(shapes));
  assertEquals(merged([...shapes, ...shapes]), merged(shapes));
});

Deno.test("a large or deep result costs no more than a small one", () => {
  const wide = Array.from({ length: 200_000 }, (_, id) => ({ id, text: "x".repeat(10) }));
  assertEquals(typeAfter(wide), "{ id: number; text: string }[]");
  let deep: unknown = 1;
  for (let i = 0; i < 5_000; i++) deep = { child: deep, id: 1 };
  assert(JSON.stringify(shapeOf(deep)).length < 5_000);
});
