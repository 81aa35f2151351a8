import { assertEquals, assertThrows } from "@std/assert";
import { JsonBoundsError, JsonScanner } from "../../src/text/json_scanner.ts";

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
