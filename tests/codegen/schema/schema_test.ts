import { assertEquals } from "@std/assert";
import { indexRefs } from "../../../src/codegen/schema/index_refs.ts";
import type { NormalSchema } from "../../../src/codegen/schema/normal_schema.ts";
import { normalizeSchema } from "../../../src/codegen/schema/normalize_schema.ts";

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

/** By the rule that makes one of the other. */
const RULES: Readonly<
  Record<string, readonly [schema: unknown, normal: Omit<NormalSchema, "source">][]>
> = {
  "A schema that is no object says nothing": [[true, {}], ["string", {}], [null, {}], [[], {}]],
  "A schema that is false takes nothing": [[false, { impossible: true }]],
  "A dynamic reference is a reference": [
    [{ $ref: "#/a" }, { ref: "#/a" }],
    [{ $dynamicRef: "#b" }, { ref: "#b" }],
    [{ $recursiveRef: "#" }, { ref: "#" }],
    [{ $ref: 7 }, {}],
  ],
  "A type has one of the JSON names, however it is spelled": [
    [{ type: "integer" }, { types: ["number"] }],
    [{ type: ["Str", "null", "string"] }, { types: ["string", "null"] }],
    [{ type: "whatever" }, {}],
    [{ type: ["string", "whatever"] }, {}],
  ],
  "A const is a list of one value": [[{ const: null }, { values: [null] }]],
  "An empty list of values says nothing": [[{ enum: [] }, {}], [{ enum: [1] }, { values: [1] }]],
  "Nullable adds null": [
    [{ type: "string", nullable: true }, { types: ["string", "null"] }],
    [{ enum: ["a"], nullable: true }, { values: ["a", null] }],
    [{ nullable: true }, {}],
  ],
  "Properties are an object of schemas": [[{ properties: [] }, { likelyTypes: ["object"] }]],
  "Required is a list of names": [
    [{ type: "object", required: ["a", 1] }, { types: ["object"], required: ["a"] }],
    [{ type: "object", required: "a" }, { types: ["object"] }],
  ],
  "A property that says required: true is required": [[
    { type: "object", properties: { a: { required: true }, b: {} } },
    { types: ["object"], properties: { a: { required: true }, b: {} }, required: ["a"] },
  ]],
  "What is not evaluated is additional": [
    [{ type: "object", unevaluatedProperties: false }, { types: ["object"], additional: false }],
    [{ type: "object", additionalProperties: { not: {} } }, {
      types: ["object"],
      additional: false,
    }],
  ],
  "Patterns of names are additional properties": [[
    { type: "object", patternProperties: { "^a": { type: "null" } } },
    { types: ["object"], patterns: [{ type: "null" }] },
  ]],
  "Names from a list are properties": [[
    { type: "object", propertyNames: { enum: ["a"] }, additionalProperties: { const: 1 } },
    {
      ...{ types: ["object"], likelyTypes: ["object"], additional: false },
      properties: { a: { const: 1 } },
    },
  ]],
  "No properties at most is closed": [
    [{ type: "object", maxProperties: 0 }, { types: ["object"], additional: false }],
  ],
  "Items in a list are a tuple": [
    [{ type: "array", items: [true], additionalItems: false }, {
      types: ["array"],
      prefix: [true],
      items: false,
    }],
    [{ type: "array", prefixItems: [true], items: {} }, {
      types: ["array"],
      prefix: [true],
      items: {},
    }],
  ],
  "A list has a length between its bounds": [
    [{ type: "array", minItems: 1, maxItems: -1 }, { types: ["array"], minItems: 1 }],
  ],
  "A list of types may hold schemas, which are a choice": [[
    { type: [{ const: 1 }, "null"] },
    { choices: [[{ const: 1 }, { type: "null" }]] },
  ]],
  "Extends is allOf": [
    [{ extends: { const: 1 }, allOf: [true, 5] }, { allOf: [true, { const: 1 }] }],
    [{ allOf: [] }, {}],
  ],
  "Branches of which one may fit are told apart by what they lack": [
    [{ oneOf: [{ required: ["a"] }, { required: ["b"] }] }, {
      choices: [[
        { required: ["a"], properties: { b: false } },
        { required: ["b"], properties: { a: false } },
      ]],
    }],
    [{ oneOf: [{ required: ["a"] }, { required: ["b", "c"] }] }, {
      choices: [[
        { required: ["a"] },
        { required: ["b", "c"], properties: { a: false } },
      ]],
    }],
  ],
  "An empty list of branches says nothing": [[{ anyOf: [], oneOf: [] }, {}]],
  "A property that depends on others is absent, or they are there": [
    [{ dependentRequired: { a: ["b"] } }, {
      choices: [[{ properties: { a: false } }, { required: ["a", "b"] }]],
    }],
    [{ dependencies: { a: { const: 1 } } }, {
      choices: [[{ properties: { a: false } }, { required: ["a"], allOf: [{ const: 1 }] }]],
    }],
  ],
  "If, then and else are a condition": [
    [{ if: { const: 1 }, else: false }, {
      condition: { when: { const: 1 }, then: true, otherwise: false },
    }],
    [{ if: { const: 1 } }, {}],
    [{ then: false }, {}],
  ],
  "A missing type is what its keywords are for": [
    [{ minLength: 1 }, { likelyTypes: ["string"] }],
    [{ items: true }, { items: true, likelyTypes: ["array"] }],
    [{ minimum: 1, pattern: "a" }, { likelyTypes: ["string", "number"] }],
  ],
  "What a schema is not is taken away": [
    [{ not: {} }, { impossible: true }],
    [{ type: ["string", "null"], not: { type: "null" } }, { types: ["string"] }],
    [{ not: { enum: [1, 2] } }, { excludedValues: [1, 2] }],
    [{ not: { required: ["a", "b"] } }, {
      choices: [[{ properties: { a: false } }, { properties: { b: false } }]],
    }],
    [{ type: "number", not: { type: "integer" } }, { types: ["number"] }],
    [{ type: "number", not: { type: "number", minimum: 5 } }, { types: ["number"] }],
  ],
};

for (const [rule, cases] of Object.entries(RULES)) {
  Deno.test(`normalizeSchema: ${rule}`, () => {
    for (const [schema, expected] of cases) {
      const { source: _, ...normal } = normalizeSchema(schema);
      assertEquals(normal, expected as typeof normal);
    }
  });
}
