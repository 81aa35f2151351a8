import { assert, assertEquals, assertThrows } from "@std/assert";
import { JsonBoundsError, JsonScanner } from "../../src/text/json_scanner.ts";
import { canonicalJson } from "../../src/text/json_value.ts";
import { parseInSteps } from "../../src/text/parse_json.ts";
import { encodeJsonInSteps, jsonPieces } from "../../src/text/write_json.ts";

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

const WIDE = { depth: 100, nodes: 10_000 };

/** Whether a text is taken, read in pieces of a size. */
function isTaken(text: string, step: number): boolean {
  const bytes = new TextEncoder().encode(text);
  const scanner = new JsonScanner(WIDE);
  try {
    for (let at = 0; at < bytes.length; at += step) scanner.push(bytes.subarray(at, at + step));
    scanner.end();
    return true;
  } catch {
    return false;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The same numbers in each run. */
function randomly(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}

const WORDS = ["{", "}", "[", "]", ",", ":", '"', '"a"', '"\\u00e9"', '"\\', "\\", "u12", "0", "-"]
  .concat(["1", "12", ".", "e", "E+", "true", "false", "null", "nul", " ", "\n", "\t", "\v", "ü"])
  .concat(["\u0000", "\ud800", '{"a":', "[1,", '"k":', "-0.5e-3", "01", "1.", "\ufeff"]);

Deno.test("JsonScanner takes what JSON.parse takes, and nothing else", () => {
  const random = randomly(7);
  let taken = 0;
  for (let round = 0; round < 40_000; round++) {
    const text = Array.from({ length: 1 + random(7) }, () => WORDS[random(WORDS.length)]).join("");
    const expected = isJson(text);
    if (expected) taken++;
    assertEquals(isTaken(text, 1 + random(5)), expected, JSON.stringify(text));
  }
  assertEquals(taken > 500, true, `${taken} of the texts are JSON`);
});

Deno.test("JsonScanner takes a valid text with one byte changed where JSON.parse does", () => {
  const random = randomly(11);
  const text = JSON.stringify(
    {
      a: [1, -2.5e10, { '\u00fc\n"': [true, false, null, [], {}] }],
      b: ["\ud83d\ude00", "\\", 0.1],
    },
    null,
    1,
  );
  for (let round = 0; round < 20_000; round++) {
    const place = random(text.length);
    const changed = text.slice(0, place) + WORDS[random(WORDS.length)] +
      text.slice(place + random(2));
    assertEquals(isTaken(changed, 64), isJson(changed), changed);
  }
});

Deno.test("JsonScanner counts values and levels, and refuses the first beyond its bounds", () => {
  const texts: Record<string, [nodes: number, depth: number]> = {
    "1": [1, 0],
    '{"a":[1,"b",{}]}': [5, 3],
    "[[[[]]]]": [4, 4],
    '[1,2,3,"[[[["]': [5, 1],
  };
  for (const [text, [nodes, depth]] of Object.entries(texts)) {
    const bytes = new TextEncoder().encode(text);
    const scanner = new JsonScanner({ nodes, depth });
    scanner.push(bytes);
    scanner.end();
    assertEquals([scanner.nodes, scanner.depth], [nodes, depth], text);
    const few = new JsonScanner({ nodes: nodes - 1, depth });
    assertEquals(assertThrows(() => few.push(bytes), JsonBoundsError).bound, "nodes");
    if (depth === 0) continue;
    const flat = new JsonScanner({ nodes, depth: depth - 1 });
    assertEquals(assertThrows(() => flat.push(bytes), JsonBoundsError).bound, "depth");
  }
});

Deno.test("JsonScanner refuses a number of more than 1,000 digits", () => {
  assertEquals(isTaken("1".repeat(1_000), 64), true);
  assertEquals(isTaken("1".repeat(1_001), 64), false);
});

/** The result of steps, and the longest that one of them took. */
function run<T>(steps: Iterator<unknown, T>): { value: T; slowestMs: number; count: number } {
  let slowestMs = 0;
  for (let count = 1;; count++) {
    const began = performance.now();
    const { done, value } = steps.next();
    slowestMs = Math.max(slowestMs, performance.now() - began);
    if (done) return { value, slowestMs, count };
  }
}

const TEXTS = [
  "",
  "a",
  'quote " and \\ and \n \u0000 \u2028 é',
  "\ud83d\ude00".repeat(40_000),
  "\ud800",
  "x\udc00\ud800".repeat(30_000),
  "\u0001".repeat(70_000),
  "__proto__",
  "\\".repeat(70_001),
  "y".repeat(200_000),
  'z"'.repeat(50_000),
];

/** Values of every shape, from a seed. */
function* values(): Generator<unknown> {
  yield* [null, true, false, 0, -0, 1e21, 1.5e-7, -12.25, [], {}, [[]], [{}], { a: [] }];
  yield* TEXTS;
  let state = 42;
  const next = (below: number) => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) % below;
  const make = (depth: number): unknown => {
    const kind = next(depth > 5 ? 4 : 6);
    if (kind === 0) return next(2) === 0 ? null : next(2) === 0;
    if (kind === 1) return (next(1_000_000) - 500_000) / (1 + next(7));
    if (kind < 4) return TEXTS[next(next(4) === 0 ? TEXTS.length : 3)];
    if (kind === 4) return Array.from({ length: next(6) }, () => make(depth + 1));
    return Object.fromEntries(
      Array.from({ length: next(6) }, () => [`${TEXTS[next(3)]}${next(9)}`, make(depth + 1)]),
    );
  };
  for (let count = 0; count < 120; count++) yield make(0);
  yield JSON.parse('{"__proto__":{"a":1},"b":2,"1":3,"a":{"__proto__":[]}}');
}

Deno.test("JSON is read in steps as JSON.parse reads it", () => {
  for (const value of values()) {
    for (const json of [JSON.stringify(value), JSON.stringify(value, null, 2)]) {
      assertEquals(JSON.stringify(run(parseInSteps(json)).value), JSON.stringify(value));
    }
  }
  for (const json of ['{"a":1,"a":2}', ' [ 1 , "\\u0041\\/" ] ', "1E5", '"\\ud83d\\ude00"']) {
    assertEquals(run(parseInSteps(json)).value, JSON.parse(json));
  }
  const record = run(parseInSteps('{"__proto__":1}')).value as object;
  assertEquals(Object.getPrototypeOf(record), Object.prototype);
  assert(Object.hasOwn(record, "__proto__"));
});

Deno.test("JSON is written in steps as JSON.stringify writes it", () => {
  const odd = [undefined, [undefined], { a: undefined, b: 1 }, new Date(0), [NaN, Infinity]];
  for (const value of [...values(), ...odd]) {
    const json = JSON.stringify(value) ?? "null";
    assertEquals([...jsonPieces(value)].join(""), json);
    assertEquals(run(encodeJsonInSteps(value)).value, new TextEncoder().encode(json));
  }
});

Deno.test("JSON with sorted names is the canonical one", () => {
  const many = Object.fromEntries(
    Array.from({ length: 9_001 }, (_, i) => [`k${(i * 7919) % 9_001}`, i]),
  );
  for (const value of [...values(), many]) {
    assertEquals([...jsonPieces(value, "sorted")].join(""), canonicalJson(value));
  }
});

Deno.test("no step of large JSON is long, and no depth exhausts the stack", () => {
  const grid: Record<string, unknown> = {
    rows: Array.from({ length: 20_000 }, (_, i) => ({ id: i, name: `n${i}`, tags: ["a", "b"] })),
    names: Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`key ${i}`, i])),
    text: "x".repeat(8_000_000),
    escapes: "\n\u0001".repeat(1_000_000),
    emoji: "\ud83d\ude00".repeat(1_000_000),
  };
  for (const [name, value] of Object.entries(grid)) {
    const json = JSON.stringify(value);
    for (const steps of [parseInSteps(json), jsonPieces(value), jsonPieces(value, "sorted")]) {
      const { count } = run<unknown>(steps);
      // A text without escapes is a part of what it is read from.
      assert(count > 20 || name === "text" || name === "emoji", `${name}: ${count} steps`);
    }
  }
  const deep = "[".repeat(100_000) + "]".repeat(100_000);
  assertEquals([...jsonPieces(run(parseInSteps(deep)).value)].join(""), deep);
});
