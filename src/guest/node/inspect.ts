/** How a value is shown. */
export type InspectOptions = Record<string, unknown>;

type Shown = (value: unknown, options?: InspectOptions) => string;

/** What Node shows otherwise than the runtime does. */
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

/** Shows a value as a text. */
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

/** The method that shows an object of its own. */
inspect.custom = Symbol.for("nodejs.util.inspect.custom");
inspect.defaultOptions = {} as InspectOptions;

/** Puts values into a text: `%s`, `%d`, `%i`, `%f`, `%j`, `%o`, `%O`, `%c`, `%%`. */
export function format(...values: unknown[]): string {
  return formatWithOptions({}, ...values);
}

/** The same, with how objects are shown. */
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
