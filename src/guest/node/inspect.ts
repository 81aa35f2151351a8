type InspectOptions = Record<string, unknown>;

type Shown = (value: unknown, options?: InspectOptions) => string;

/** Defaults of Node's that differ from those of the runtime. */
const DEFAULTS = {
  depth: 2,
  maxArrayLength: 100,
  maxStringLength: 10_000,
  breakLength: 80,
  compact: 3,
  quotes: ["'", '"', "`"],
  trailingComma: false,
};

const show = Deno.inspect as unknown as Shown;

export function inspect(value: unknown, options?: unknown, ...older: unknown[]): string {
  if (typeof options === "boolean") {
    const [depth, colors] = older;
    return inspect(value, { showHidden: options, ...(depth !== undefined && { depth }), colors });
  }
  const given = (options ?? {}) as InspectOptions;
  const wanted: InspectOptions = { ...DEFAULTS, ...inspect.defaultOptions, ...given };
  if (wanted.depth === null) wanted.depth = Infinity;
  if (wanted.maxArrayLength === null) wanted.maxArrayLength = Infinity;
  return show(value, { ...wanted, iterableLimit: wanted.maxArrayLength });
}

inspect.custom = Symbol.for("nodejs.util.inspect.custom");
inspect.defaultOptions = {} as InspectOptions;

export function format(...values: unknown[]): string {
  return formatWithOptions({}, ...values);
}

export function formatWithOptions(options: InspectOptions, ...values: unknown[]): string {
  const [first, ...rest] = values;
  if (typeof first !== "string") return values.map((value) => plainText(value, options)).join(" ");
  let next = 0;
  const text = rest.length === 0 ? first : first.replaceAll(/%[sdifjoOc%]/g, (sign) => {
    if (sign === "%%") return "%";
    if (next >= rest.length) return sign;
    return formatted(sign, rest[next++], options);
  });
  return [text, ...rest.slice(next).map((value) => plainText(value, options))].join(" ");
}

function plainText(value: unknown, options: InspectOptions): string {
  return typeof value === "string" ? value : inspect(value, options);
}

function formatted(sign: string, value: unknown, options: InspectOptions): string {
  switch (sign) {
    case "%s":
      return asString(value, options);
    case "%d":
      return typeof value === "bigint" ? `${value}n` : numberText(value, Number);
    case "%i":
      return typeof value === "bigint"
        ? `${value}n`
        : numberText(value, (text) => parseInt(text, 10));
    case "%f":
      return numberText(value, parseFloat);
    case "%j":
      return asJson(value);
    case "%o":
      return inspect(value, { ...options, showHidden: true, showProxy: true, depth: 4 });
    case "%O":
      return inspect(value, options);
    default:
      return "";
  }
}

function asString(value: unknown, options: InspectOptions): string {
  if (typeof value === "bigint") return `${value}n`;
  if (Object.is(value, -0)) return "-0";
  if (typeof value !== "object" || value === null) return String(value);
  const hasText = typeof value.toString === "function" && !Array.isArray(value) &&
    value.toString !== Object.prototype.toString;
  if (!(value instanceof Date) && hasText) return String(value);
  return inspect(value, { ...options, depth: 0, colors: false, compact: 3 });
}

function numberText(value: unknown, read: (text: string) => number): string {
  if (typeof value === "symbol") return "NaN";
  const number = read === Number ? Number(value) : read(String(value));
  return Object.is(number, -0) ? "-0" : String(number);
}

function asJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "undefined";
  } catch (error) {
    if (error instanceof TypeError && /circular/.test(error.message)) return "[Circular]";
    throw error;
  }
}

interface AssertionErrorOptions {
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

export class AssertionError extends Error {
  override readonly name = "AssertionError";
  readonly code = "ERR_ASSERTION";
  readonly generatedMessage: boolean;
  readonly actual: unknown;
  readonly expected: unknown;
  readonly operator: string | undefined;

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
