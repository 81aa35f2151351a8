/** A method that calls a function for each item of what it is called on. */
export interface IterationMethod {
  /** Which of the function's parameters are items. */
  readonly items: readonly number[];
  /** What the method gives, in terms of where its data comes from. */
  readonly gives: "items" | "results" | "both" | "nothing";
}

const each = (gives: IterationMethod["gives"]): IterationMethod => ({ items: [0], gives });

/** By name. What is not here and gets a function may call it any number of times. */
export const ITERATION_METHODS: ReadonlyMap<string, IterationMethod> = new Map([
  ["map", each("results")],
  ["flatMap", each("results")],
  ["forEach", each("nothing")],
  ["filter", each("items")],
  ["find", each("items")],
  ["findLast", each("items")],
  ["findIndex", each("nothing")],
  ["findLastIndex", each("nothing")],
  ["some", each("nothing")],
  ["every", each("nothing")],
  ["reduce", { items: [0, 1], gives: "both" }],
  ["reduceRight", { items: [0, 1], gives: "both" }],
  ["sort", { items: [0, 1], gives: "items" }],
  ["toSorted", { items: [0, 1], gives: "items" }],
]);

/** Calls that call a function that they are given once, sooner or later. */
export const ONCE_METHODS: ReadonlySet<string> = new Set([
  "then",
  "catch",
  "finally",
  "setTimeout",
  "setImmediate",
  "queueMicrotask",
  "Promise",
]);

/** Methods that give about as many items as what they are called on has. */
export const SIZE_KEEPING: ReadonlySet<string> = new Set([
  "map",
  "filter",
  "sort",
  "toSorted",
  "reverse",
  "toReversed",
  "keys",
  "values",
  "entries",
  "slice",
  "with",
]);

/** Methods that put more items into what they are called on. */
export const GROWING: ReadonlySet<string> = new Set([
  "push",
  "unshift",
  "splice",
  "add",
  "set",
  "append",
  "fill",
  "copyWithin",
]);

/** Globals whose functions keep nothing of what they get, and add nothing to it. */
export const LEAVES_ALONE: ReadonlySet<string> = new Set([
  "console",
  "JSON",
  "Math",
  "Number",
  "String",
  "Boolean",
  "Promise",
  "Array",
  "Date",
  "structuredClone",
  "log",
]);

/** Functions of `Object` that look at what they get, and leave it as it is. */
export const LOOKING: ReadonlySet<string> = new Set([
  "keys",
  "values",
  "entries",
  "fromEntries",
  "hasOwn",
  "freeze",
]);
