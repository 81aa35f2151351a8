import type { Tool } from "../../src/model/tool.ts";

type Random = () => number;

/** Options of {@linkcode mangledTools}. */
export interface MangledToolsOptions {
  readonly count: number;
  /** The same seed gives the same tools. */
  readonly seed: number;
}

/**
 * Tools as the given ones, each with a few places of its schemas replaced by JSON of any kind, or
 * with keywords added where they do not belong.
 */
export function mangledTools(
  tools: readonly Tool[],
  { count, seed }: MangledToolsOptions,
): Tool[] {
  const random = numbersFrom(seed);
  return Array.from({ length: count }, (_, at) => {
    const tool = { ...structuredClone(pick(tools, random)), name: `mangled_${at}` };
    const box = { input: tool.inputSchema as unknown, output: tool.outputSchema as unknown };
    for (let times = 1 + Math.floor(random() * 4); times > 0; times--) mangle(box, random);
    if (random() < 0.1) {
      Object.assign(tool, { description: junk(random), annotations: junk(random) });
    }
    return { ...tool, inputSchema: box.input, outputSchema: box.output } as Tool;
  });
}

const KEYWORDS = [
  ...["type", "properties", "required", "items", "prefixItems", "additionalProperties", "anyOf"],
  ...["patternProperties", "oneOf", "allOf", "not", "if", "then", "else", "$ref", "$defs", "enum"],
  ...["definitions", "const", "description", "default", "minItems", "maximum", "pattern", "format"],
  ...["nullable", "propertyNames", "dependentRequired", "dependencies", "$id", "id", "$anchor"],
  ...["examples", "deprecated", "extends", "unevaluatedProperties", "__proto__", "constructor"],
];

const JUNK: readonly ((random: Random) => unknown)[] = [
  () => null,
  () => true,
  () => false,
  () => -1e308,
  () => [],
  () => ({}),
  () => "*/ } \u2028 @ts-ignore\n//# sourceMappingURL=x",
  () => ["a", null, {}],
  () => ({ $ref: "#" }),
  () => ({ $ref: "#/properties" }),
  (random) => ({ $ref: `#/properties/${pick(["a", "path", "query", "id"], random)}` }),
  (random) => ({
    type: pick(["any", "String", "array", ["null", "x"], [{ type: "string" }]], random),
  }),
  (random) => ({ [pick(KEYWORDS, random)]: pick([[], {}, null, "a", 1, true, [{}]], random) }),
  (random) => ({
    properties: { [pick(KEYWORDS, random)]: {} },
    required: [pick(KEYWORDS, random)],
  }),
  () => ({ allOf: [{ required: ["a"] }, { $ref: "#" }] }),
  () => ({ anyOf: [{ properties: { a: {} } }, { $ref: "#/$defs/A" }, true] }),
  () => ({ enum: [{}, [], null, "a"], type: "object" }),
];

function junk(random: Random): unknown {
  return pick(JUNK, random)(random);
}

function mangle(box: object, random: Random): void {
  const [holder, key] = pick(placesIn(box), random);
  const place = random() < 0.6 || Array.isArray(holder) ? key : pick(KEYWORDS, random);
  // Defined, as assigning `__proto__` would not make a key.
  Object.defineProperty(holder, place, {
    ...{ value: junk(random), enumerable: true, configurable: true, writable: true },
  });
}

function placesIn(value: object): [object, string][] {
  return Object.entries(value).flatMap(([key, inner]) => [
    [value, key] as [object, string],
    ...(typeof inner === "object" && inner !== null ? placesIn(inner) : []),
  ]);
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  return items[Math.floor(random() * items.length)]!;
}

function numbersFrom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
