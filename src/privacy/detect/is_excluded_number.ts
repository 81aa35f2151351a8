import type { NumberGroup } from "./number_cluster.ts";

/** Shapes of numbers that are of things and moments, never of people. */
const EXCLUDED: readonly (readonly [string, RegExp])[] = [
  ["a decimal or a thousand", /^\d+\.\d+$/],
  ["a UUID of digits", /^\d{8}-\d{4}-\d{4}-\d{4}-\d{12}$/],
  [
    "a date, year first",
    /^(?:1[6-9]|2[01])\d\d([-/.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])$/,
  ],
  [
    "a date, year last",
    /^(?:0?[1-9]|[12]\d|3[01])([-/.])(?:0?[1-9]|[12]\d|3[01])\1(?:1[6-9]|2[01])\d\d$/,
  ],
  ["a span of years", /^(?:1[6-9]|2[01])\d\d ?- ?(?:1[6-9]|2[01])\d\d$/],
  ["an ISBN", /^97[89]-\d{1,5}-\d{1,7}-\d{1,7}-\d$/],
  ["a version", /^\d{1,2}\.\d{1,3}\.\d{1,4}$/],
  ["a postal code of the United States", /^\d{5}-\d{4}$/],
];

/** None of the shapes has more groups, or a blank alone between its first two. */
const MOST_GROUPS = 5;

/** Whether groups of digits are a date, a decimal, an ISBN or the like. */
export function isExcludedNumber(text: string, groups: readonly NumberGroup[]): boolean {
  if (groups.length > MOST_GROUPS || groups[1]?.separator === " ") return false;
  const written = text.slice(groups[0]!.start, groups.at(-1)!.end);
  return EXCLUDED.some(([, shape]) => shape.test(written));
}
