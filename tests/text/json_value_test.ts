import { assertEquals } from "@std/assert";
import { canonicalJson } from "../../src/text/json_value.ts";

Deno.test("canonicalJson() sorts the keys of all objects and keeps the order of lists", () => {
  const value = { b: [3, { d: null, c: "x" }], a: true, e: {}, f: [] };
  assertEquals(canonicalJson(value), '{"a":true,"b":[3,{"c":"x","d":null}],"e":{},"f":[]}');
});

Deno.test("canonicalJson() leaves out what JSON has no word for", () => {
  assertEquals(canonicalJson({ a: undefined, b: 1 }), '{"b":1}');
  assertEquals(canonicalJson(undefined), "null");
});

Deno.test("canonicalJson() keeps keys that objects inherit", () => {
  assertEquals(canonicalJson(JSON.parse('{"__proto__":{"a":1}}')), '{"__proto__":{"a":1}}');
});

Deno.test("canonicalJson() takes values deeper than the stack", () => {
  let value: unknown = 1;
  for (let depth = 0; depth < 100_000; depth++) value = depth % 2 ? [value] : { a: value };
  assertEquals(canonicalJson(value).length, 50_000 * 8 + 1);
});
