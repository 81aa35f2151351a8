/** A schema, arguments that fit it, and arguments that do not. */
export interface TypeCase {
  readonly name: string;
  readonly schema: unknown;
  readonly valid: readonly unknown[];
  readonly invalid: readonly unknown[];
}

function object(properties: object, rest: object = {}): object {
  return { type: "object", properties, ...rest };
}

const text = { type: "string" };
const number = { type: "number" };

/** One case for each way of schemas to say something; the name says what is understood. */
export const TYPE_CASES: readonly TypeCase[] = [
  {
    name: "two definitions that contain each other",
    schema: object({ a: { $ref: "#/$defs/A" } }, {
      $defs: {
        A: object({ b: { $ref: "#/$defs/B" }, v: text }),
        B: object({ a: { $ref: "#/$defs/A" }, w: number }, { required: ["w"] }),
      },
    }),
    valid: [{}, { a: { b: { w: 1, a: { v: "x", b: { w: 2 } } } } }],
    invalid: [{ a: { b: {} } }, { a: { b: { w: 1, a: { v: 1 } } } }],
  },
  {
    name: "references to nothing, to a file and to the network are any value",
    schema: object({
      a: { $ref: "file:///etc/passwd" },
      b: { $ref: "https://example.com/s.json#/x" },
      c: { $ref: "other.json" },
      d: { $ref: "#/$defs/None" },
      e: text,
    }),
    valid: [{ a: 1, b: "x", c: [null], d: {}, e: "x" }],
    invalid: [{ e: 1 }, { x: 1 }],
  },
  {
    name: "a reference to another property, or to its items",
    schema: object({
      a: object({ x: number }, { required: ["x"] }),
      b: { $ref: "#/properties/a" },
      c: { type: "array", items: object({ y: text }, { required: ["y"] }) },
      d: { $ref: "#/properties/c/items" },
    }),
    valid: [{ a: { x: 1 }, b: { x: 2 }, c: [{ y: "a" }], d: { y: "b" } }],
    invalid: [{ b: {} }, { d: { y: 1 } }, { a: { x: "1" } }, { c: [{}] }],
  },
  {
    name: "definitions and $defs at once, nested ones too",
    schema: object({ a: { $ref: "#/definitions/A" }, b: { $ref: "#/$defs/in/$defs/B" } }, {
      definitions: { A: { enum: ["x"] } },
      $defs: { in: { $defs: { B: number } } },
    }),
    valid: [{ a: "x", b: 1 }],
    invalid: [{ a: "y" }, { b: "1" }],
  },
  {
    name: "definitions that differ only in what no name can have",
    schema: object({ a: { $ref: "#/$defs/a-b" }, b: { $ref: "#/$defs/a_b" } }, {
      $defs: {
        "a-b": object({ first: text, note: { ...text, description: "A long enough text" } }),
        a_b: object({ second: text, note: { ...text, description: "A long enough text" } }),
      },
      anyOf: [{ properties: { c: { $ref: "#/$defs/a-b" }, d: { $ref: "#/$defs/a_b" } } }],
    }),
    valid: [{ a: { first: "x" }, b: { second: "y" } }],
    invalid: [{ a: { second: "x" } }, { b: { first: "y" } }],
  },
  {
    name: "definitions named like types of TypeScript",
    schema: object({ a: { $ref: "#/$defs/Promise" }, b: { $ref: "#/$defs/string" } }, {
      $defs: {
        Promise: object({ next: { $ref: "#/$defs/Promise" }, x: number }),
        string: object({ next: { $ref: "#/$defs/string" } }),
      },
    }),
    valid: [{ a: { next: { x: 1 } }, b: { next: {} } }],
    invalid: [{ a: { x: "1" } }, { b: "x" }],
  },
  {
    name: "a reference as the whole schema",
    schema: { $ref: "#/$defs/In", $defs: { In: object({ a: text }, { required: ["a"] }) } },
    valid: [{ a: "x" }],
    invalid: [{}, { a: 1 }, { a: "x", b: 1 }],
  },
  {
    name: "names that are nothing but each other",
    schema: object({ a: { $ref: "#/$defs/A" }, b: text }, {
      $defs: {
        A: { anyOf: [{ $ref: "#/$defs/B" }, text] },
        B: { allOf: [{ $ref: "#/$defs/A" }] },
      },
    }),
    valid: [{ a: 1, b: "x" }],
    invalid: [{ b: 1 }],
  },
  {
    name: "any JSON as a type that contains itself",
    schema: object({ a: { $ref: "#/$defs/Json" } }, {
      $defs: {
        Json: {
          anyOf: [
            { type: ["string", "number", "boolean", "null"] },
            { type: "array", items: { $ref: "#/$defs/Json" } },
            { type: "object", additionalProperties: { $ref: "#/$defs/Json" } },
          ],
        },
      },
    }),
    valid: [{ a: { x: [1, { y: null }] } }, { a: "x" }],
    invalid: [{ b: 1 }],
  },
  {
    name: "allOf of a type that contains itself and more",
    schema: object({ a: { allOf: [{ $ref: "#/$defs/N" }, object({ extra: text })] } }, {
      $defs: { N: object({ next: { $ref: "#/$defs/N" }, v: number }, { required: ["v"] }) },
    }),
    valid: [{ a: { v: 1, next: { v: 2 }, extra: "x" } }],
    invalid: [{ a: { extra: "x" } }, { a: { v: 1, extra: 2 } }],
  },
  {
    name: "oneOf that only asks for properties takes exactly one",
    schema: object({ a: text, b: number }, {
      oneOf: [{ required: ["a"] }, { required: ["b"] }],
    }),
    valid: [{ a: "x" }, { b: 1 }],
    invalid: [{}, { a: "x", b: 1 }, { a: 1 }],
  },
  {
    name: "at most one of two, said with not",
    schema: object({ a: text, b: text }, { not: { required: ["a", "b"] } }),
    valid: [{}, { a: "x" }, { b: "x" }],
    invalid: [{ a: 1 }, { a: "x", b: "y" }],
  },
  {
    name: "branches with properties of their own beside common ones",
    schema: object({ id: text }, {
      required: ["id"],
      anyOf: [
        object({ mail: text }, { required: ["mail"] }),
        object({ phone: number }, { required: ["phone"] }),
      ],
    }),
    valid: [{ id: "1", mail: "x" }, { id: "1", phone: 2 }, { id: "1", mail: "x", phone: 2 }],
    invalid: [{ id: "1" }, { mail: "x" }, { id: "1", phone: "2" }, { id: "1", mail: "x", z: 1 }],
  },
  {
    name: "a choice without type: its branches say it",
    schema: {
      oneOf: [object({ a: text }, { required: ["a"] }), object({ b: text }, { required: ["b"] })],
    },
    valid: [{ a: "x" }, { b: "x" }],
    invalid: [{}, { a: 1 }, { c: 1 }],
  },
  {
    name: "a list of constants with meanings",
    schema: object({
      sort: {
        oneOf: [
          { const: "asc", title: "Oldest first" },
          { const: "desc", description: "Newest first */" },
        ],
      },
    }),
    valid: [{ sort: "asc" }],
    invalid: [{ sort: "up" }],
  },
  {
    name: "branches of a typed value that only narrow it",
    schema: object({ a: { type: "string", anyOf: [{ format: "date" }, { pattern: "^now$" }] } }),
    valid: [{ a: "now" }],
    invalid: [{ a: 1 }],
  },
  {
    name: "if, then and else by a constant",
    schema: object({ kind: { enum: ["a", "b"] }, x: text, y: text }, {
      required: ["kind"],
      if: { properties: { kind: { const: "a" } } },
      then: { required: ["x"] },
      else: { required: ["y"] },
    }),
    valid: [{ kind: "a", x: "1" }, { kind: "b", y: "1" }, { kind: "b", y: "1", x: "2" }],
    invalid: [{ kind: "a" }, { kind: "b", x: "1" }, { kind: "c", x: "1", y: "1" }, { x: "1" }],
  },
  {
    name: "then that brings properties",
    schema: object({ kind: text }, {
      if: { properties: { kind: { pattern: "^a" } } },
      then: { properties: { more: number } },
    }),
    valid: [{ kind: "b" }, { kind: "a", more: 1 }],
    invalid: [{ kind: 1 }, { kind: "a", other: 1 }],
  },
  {
    name: "properties that depend on others",
    schema: object({ card: text, address: text }, {
      dependentRequired: { card: ["address"] },
      dependencies: { address: { properties: { zip: number }, required: ["zip"] } },
    }),
    valid: [{}, { address: "x", zip: 1 }, { card: "1", address: "x", zip: 1 }],
    invalid: [{ card: "1" }, { address: "x" }, { card: 1, address: "x", zip: 1 }],
  },
  {
    name: "not takes types, values and everything away",
    schema: object({
      a: { not: { type: "string" } },
      b: { enum: ["x", "y"], not: { const: "y" } },
      c: { not: {} },
    }),
    valid: [{ a: 1, b: "x" }, { a: null }],
    invalid: [{ a: "s" }, { b: "y" }, { c: 1 }],
  },
  {
    name: "allOf in allOf, with a choice inside",
    schema: object({}, {
      allOf: [
        { allOf: [object({ a: text }, { required: ["a"] })] },
        { anyOf: [{ required: ["b"] }, { required: ["c"] }] },
        object({ b: number, c: number }),
      ],
    }),
    valid: [{ a: "x", b: 1 }, { a: "x", c: 1 }],
    invalid: [{ a: "x" }, { b: 1 }, { a: "x", b: "1" }],
  },
  {
    name: "allOf that narrows one property twice",
    schema: object({ a: { type: ["string", "number"] } }, {
      allOf: [object({ a: { type: ["number", "null"], minimum: 0 } })],
    }),
    valid: [{ a: 1 }],
    invalid: [{ a: "x" }, { a: null }],
  },
  {
    name: "values of a list in two parts",
    schema: object({ a: { allOf: [{ enum: ["x", "y"] }, { enum: ["y", "z"] }] } }),
    valid: [{ a: "y" }],
    invalid: [{ a: "x" }, { a: "z" }],
  },
  {
    name: "values by type, numbers, booleans and more than a hundred",
    schema: object({
      a: { type: "integer", enum: [1, 2] },
      b: { type: "boolean", enum: [true] },
      c: { type: "string", enum: Array.from({ length: 150 }, (_, at) => `v${at}`) },
      d: { type: ["string", "null"], enum: ["x", null] },
      e: { type: "boolean", enum: [true, false] },
      f: { enum: [-1, 1.5, 1e21] },
    }),
    valid: [{ a: 2, b: true, c: "v149", d: null, e: false, f: 1e21 }, { f: -1 }],
    invalid: [{ a: 3 }, { b: false }, { c: "v150" }, { d: "y" }, { e: 1 }, { f: 2 }],
  },
  {
    name: "values that nothing but an escape can write",
    schema: object({
      a: { enum: ['"', "\\", "\u2028", "\u202e", "*/", "\n", "${x}", "😀", "\ud800"] },
    }),
    valid: [{ a: '"' }, { a: "\u2028" }, { a: "\u202e" }, { a: "😀" }, { a: "*/" }],
    invalid: [{ a: "x" }],
  },
  {
    name: "types known from their keywords only",
    schema: {
      properties: {
        a: { properties: { x: number } },
        b: { items: text },
        c: { enum: ["x"] },
        d: { pattern: "^a" },
        e: { minimum: 1 },
        f: { additionalProperties: number },
      },
      required: ["a"],
    },
    valid: [{ a: { x: 1 }, b: ["x"], c: "x", d: "a", e: 1, f: { k: 1 } }],
    invalid: [{}, { a: { x: "1" } }, { a: {}, b: [1] }, { a: {}, d: 1 }, { a: {}, e: "1" }, {
      a: {},
      f: { k: "x" },
    }],
  },
  {
    name: "keywords for one type beside another type",
    schema: object({ a: { allOf: [{ type: ["string", "number"] }, { minimum: 0 }] } }),
    valid: [{ a: "x" }, { a: 1 }],
    invalid: [{ a: true }],
  },
  {
    name: "types in other spellings",
    schema: object({
      a: { type: "Integer" },
      b: { type: "bool" },
      c: { type: "any" },
      d: { type: "dict" },
      e: { type: "list", items: { type: "str" } },
    }),
    valid: [{ a: 1, b: true, c: [{}], d: { x: 1 }, e: ["x"] }],
    invalid: [{ a: "1" }, { b: "true" }, { d: 1 }, { e: [1] }],
  },
  {
    name: "tuples of draft-07, closed and open",
    schema: object({
      a: { type: "array", items: [number, text], additionalItems: false, minItems: 2 },
      b: { type: "array", items: [number], additionalItems: text },
      c: { type: "array", items: [number, text], minItems: 2, maxItems: 2 },
      d: { type: "array", prefixItems: [number] },
    }),
    valid: [{ a: [1, "x"], b: [1, "x", "y"], c: [1, "x"], d: [1, {}, null] }, { b: [], d: [] }],
    invalid: [{ a: [1] }, { a: [1, "x", 2] }, { b: [1, 2] }, { c: [1, "x", "y"] }, { d: ["x"] }],
  },
  {
    name: "lists of lists, of choices and of nothing",
    schema: object({
      a: { type: "array", items: { type: "array", items: { enum: ["x", 1] } } },
      b: { type: "array", items: { anyOf: [object({ k: text }), { type: "null" }] } },
      c: { type: "array", items: false },
    }),
    valid: [{ a: [["x"], [1]], b: [{ k: "v" }, null], c: [] }],
    invalid: [{ a: ["x"] }, { a: [["y"]] }, { b: [1] }, { c: [1] }],
  },
  {
    name: "other keys of one type beside named ones of another",
    schema: object({ id: number, at: text }, {
      required: ["id"],
      additionalProperties: { type: "boolean" },
    }),
    valid: [{ id: 1 }, { id: 1, at: "x", other: true }],
    invalid: [{ other: true }, { id: "1" }, { id: 1, other: {} }, { id: 1, other: [1] }],
  },
  {
    name: "other keys of any value",
    schema: object({ id: number }, { required: ["id"], additionalProperties: {} }),
    valid: [{ id: 1, x: [1] }],
    invalid: [{ x: 1 }, { id: "x" }],
  },
  {
    name: "no other keys, in three ways",
    schema: object({
      a: object({ x: text }, { additionalProperties: false }),
      b: object({ x: text }, { unevaluatedProperties: false }),
      c: object({ x: text }, { additionalProperties: { not: {} } }),
      d: object({}, { maxProperties: 0 }),
    }),
    valid: [{ a: { x: "1" }, b: { x: "1" }, c: { x: "1" }, d: {} }],
    invalid: [{ a: { y: 1 } }, { b: { y: 1 } }, { c: { y: 1 } }, { d: { y: 1 } }],
  },
  {
    name: "free objects, in three ways",
    schema: object({
      a: { type: "object" },
      b: object({}),
      c: { type: "object", additionalProperties: true },
    }),
    valid: [{ a: { x: 1 }, b: { x: [1] }, c: { x: null } }],
    invalid: [{ a: "x" }, { b: [1] }, { c: 1 }],
  },
  {
    name: "keys from a list, and keys by a pattern",
    schema: object({
      a: { type: "object", propertyNames: { enum: ["x", "y"] }, additionalProperties: number },
      b: { type: "object", patternProperties: { "^n": number }, additionalProperties: false },
      c: { type: "object", propertyNames: { pattern: "^a" }, additionalProperties: text },
    }),
    valid: [{ a: { x: 1 }, b: { n1: 1 }, c: { ab: "x" } }],
    invalid: [{ a: { z: 1 } }, { a: { x: "1" } }, { b: { n1: "x" } }, { c: { ab: 1 } }],
  },
  {
    name: "no arguments at all",
    schema: { type: "object" },
    valid: [{}],
    invalid: [{ x: 1 }],
  },
  {
    name: "a schema that says nothing is for any object",
    schema: { $schema: "http://json-schema.org/draft-07/schema#" },
    valid: [{}, { x: 1 }],
    invalid: ["x", [1]],
  },
  {
    name: "arguments are an object, whatever the schema says",
    schema: { type: "string" },
    valid: [{}, { x: 1 }],
    invalid: ["x"],
  },
  {
    name: "arguments that may be null are an object",
    schema: { type: ["object", "null"], properties: { a: text } },
    valid: [{}, { a: "x" }],
    invalid: [null, { a: 1 }],
  },
  {
    name: "keys that are words of the language, or no names",
    schema: object({
      class: text,
      new: text,
      "a-b": text,
      "": text,
      "0": text,
      "a\nb": text,
      'q"': text,
      é: text,
    }, { required: ["class", "a-b"] }),
    valid: [{ class: "x", "a-b": "y", "": "z", "0": "0", "a\nb": "", 'q"': "", é: "" }],
    invalid: [{ class: "x" }, { class: 1, "a-b": "y" }, { class: "x", "a-b": "y", é: 1 }],
  },
  {
    name: "keys that every object inherits",
    schema: JSON.parse(
      '{"type":"object","properties":{"toString":{"type":"string"},"valueOf":{"type":"number"},' +
        '"hasOwnProperty":{"type":"string"},"__proto__":{"type":"string"},"a":{"type":"number"}},' +
        '"required":["a"]}',
    ),
    valid: [{ a: 1 }, { a: 1, toString: "x", valueOf: 2 }],
    invalid: [{ a: "x" }, { a: 1, toString: 5 }, {}],
  },
  {
    name: "nullable, and null beside a named type",
    schema: object({
      a: { type: "string", nullable: true },
      b: { anyOf: [{ $ref: "#/$defs/B" }, { type: "null" }] },
      c: { type: "string", enum: ["x"], nullable: true },
    }, { required: ["a"], $defs: { B: object({ x: text }, { required: ["x"] }) } }),
    valid: [{ a: null, b: null, c: null }, { a: "x", b: { x: "y" } }],
    invalid: [{ a: 1 }, { a: null, b: {} }, { a: null, c: "y" }, {}],
  },
  {
    name: "what older drafts say",
    schema: {
      id: "http://example.com/x#",
      type: "object",
      properties: {
        a: { type: "string", required: true },
        b: { type: [{ type: "object", properties: { x: { type: "number" } } }, "null"] },
        c: { extends: { type: "number" }, exclusiveMinimum: true, minimum: 0, divisibleBy: 2 },
      },
    },
    valid: [{ a: "x", b: { x: 1 }, c: 2 }, { a: "x", b: null }],
    invalid: [{}, { a: "x", b: { x: "1" } }, { a: "x", c: "2" }],
  },
  {
    name: "keywords with values that they cannot have",
    schema: {
      type: "object",
      properties: { a: "string", b: null, c: [], d: { type: 7, enum: "x", items: 3 }, e: text },
      required: "a",
      anyOf: {},
      allOf: null,
      $defs: [],
    },
    valid: [{ a: 1, b: [], c: "x", d: {}, e: "x" }, {}],
    invalid: [{ e: 1 }],
  },
  {
    name: "a default, an example and a format change nothing",
    schema: object({
      a: { type: "string", default: "x" },
      b: { type: "string", format: "date-time", examples: [1] },
      c: { type: "integer", format: "int64", maximum: 18446744073709552000 },
    }),
    valid: [{}, { a: "y", b: "2026-01-31T12:00:00Z", c: 1 }],
    invalid: [{ b: 5 }, { c: "1" }],
  },
];
