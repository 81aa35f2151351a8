import { inspect } from "./inspect.ts";

/** What a failed comparison is told by. */
export interface AssertionErrorOptions {
  readonly message?: string | undefined;
  readonly actual?: unknown;
  readonly expected?: unknown;
  readonly operator?: string | undefined;
  readonly stackStartFn?: ((...values: never[]) => unknown) | undefined;
}

const HEADS: Readonly<Record<string, string>> = {
  deepStrictEqual: "Expected values to be strictly deep-equal:",
  strictEqual: "Expected values to be strictly equal:",
  deepEqual: "Expected values to be loosely deep-equal:",
  equal: "Expected values to be loosely equal:",
  partialDeepStrictEqual: "Expected values to be partially and strictly deep-equal:",
  notDeepStrictEqual: 'Expected "actual" not to be strictly deep-equal to:',
  notStrictEqual: 'Expected "actual" to be strictly unequal to:',
  notDeepEqual: 'Expected "actual" not to be loosely deep-equal to:',
  notEqual: 'Expected "actual" to be loosely unequal to:',
};

const SHORT = 60;
/** Beyond, lines are not compared with each other. */
const MAX_LINES = 300;

/** An assertion that does not hold. */
export class AssertionError extends Error {
  override readonly name = "AssertionError";
  readonly code = "ERR_ASSERTION";
  readonly generatedMessage: boolean;
  readonly actual: unknown;
  readonly expected: unknown;
  readonly operator: string | undefined;

  /** Makes its own message where none is given. */
  constructor(options: AssertionErrorOptions) {
    super(options.message ?? describe(options));
    this.generatedMessage = options.message === undefined;
    ({ actual: this.actual, expected: this.expected, operator: this.operator } = options);
    Error.captureStackTrace?.(this, options.stackStartFn ?? AssertionError);
  }
}

function describe({ actual, expected, operator = "fail" }: AssertionErrorOptions): string {
  const head = HEADS[operator];
  if (head === undefined) {
    return operator === "fail" ? "Failed" : `${shown(actual)} ${operator} ${shown(expected)}`;
  }
  if (operator.startsWith("not")) return `${head}\n\n${shown(expected)}\n`;
  const [left, right] = [shown(actual), shown(expected)];
  const isShort = !left.includes("\n") && !right.includes("\n") &&
    left.length + right.length < SHORT;
  if (isShort && !operator.includes("eep")) return `${head}\n\n${left} !== ${right}\n`;
  return `${head}\n+ actual - expected\n\n${diff(left.split("\n"), right.split("\n"))}\n`;
}

function shown(value: unknown): string {
  return inspect(value, { depth: 1000, sorted: true, compact: false, maxArrayLength: Infinity });
}

/** The lines of both, those that both have once. */
function diff(left: readonly string[], right: readonly string[]): string {
  if (left.length > MAX_LINES || right.length > MAX_LINES) {
    return [...left.map((line) => `+ ${line}`), ...right.map((line) => `- ${line}`)].join("\n");
  }
  const lengths = commonLengths(left, right);
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && left[i] === right[j]) {
      lines.push(`  ${left[i++]}`);
      j++;
    } else if (
      j >= right.length || (i < left.length && lengths[i + 1]![j]! >= lengths[i]![j + 1]!)
    ) {
      lines.push(`+ ${left[i++]}`);
    } else {
      lines.push(`- ${right[j++]}`);
    }
  }
  return lines.join("\n");
}

function commonLengths(left: readonly string[], right: readonly string[]): number[][] {
  const lengths = Array.from({ length: left.length + 1 }, () => Array(right.length + 1).fill(0));
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      lengths[i]![j] = left[i] === right[j]
        ? lengths[i + 1]![j + 1] + 1
        : Math.max(lengths[i + 1]![j], lengths[i]![j + 1]);
    }
  }
  return lengths;
}
