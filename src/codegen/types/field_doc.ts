import { isJsonObject, type JsonObject, ownValue } from "../../text/json_value.ts";
import { safeText } from "./safe_text.ts";

const MAX_DESCRIPTION_CHARS = 600;
const MAX_MEANING_CHARS = 80;
const MAX_PATTERN_CHARS = 40;
const MAX_DEFAULT_CHARS = 40;
/** A bound beyond it is only the widest number of a language. */
const WIDEST_BOUND = 2 ** 53 - 1;

/** Formats that tell a model what to write; others tell no more than the type. */
const TELLING_FORMATS = new Set([
  ...["date-time", "date", "time", "duration", "email", "hostname", "ipv4", "ipv6", "uri", "url"],
  ...["uuid", "json", "byte", "base64", "cidr", "regex", "uri-reference", "json-pointer"],
]);

/** A line about a field, safe in a comment: `Page size (1..100, default 20)`. */
export function fieldDoc(
  sources: readonly JsonObject[],
  branches: readonly unknown[] = [],
): string {
  const description = safeText(
    sources.map(({ description }) => description).find((text) => typeof text === "string"),
    MAX_DESCRIPTION_CHARS,
  );
  const facts = [...sources.flatMap(factsOf), ...branches.flatMap(meaningOf)]
    .filter((fact) => !tells(description, fact));
  const notes = safeText([...new Set(facts)].join(", "), MAX_DESCRIPTION_CHARS);
  if (description === "" || notes === "") return description + notes;
  return `${description} (${notes})`;
}

function factsOf(source: JsonObject): string[] {
  const { items, prefixItems, format, contentEncoding } = source;
  const isTuple = Array.isArray(items) || Array.isArray(prefixItems);
  return [
    [format, contentEncoding].find(isTellingFormat) ?? "",
    boundsOf(source),
    lengthOf(source.minLength, source.maxLength, "chars"),
    // The type of a tuple shows its length.
    isTuple ? "" : lengthOf(source.minItems, source.maxItems, "items"),
    patternOf(source),
    defaultOf(source),
    source.deprecated === true ? "deprecated" : "",
  ].filter((fact) => fact !== "");
}

/** The description of the only value of a branch. */
function meaningOf(branch: unknown): string[] {
  if (!isJsonObject(branch) || typeof branch.const !== "string") return [];
  const meaning = safeText(branch.description ?? branch.title, MAX_MEANING_CHARS);
  return meaning === "" || meaning === branch.const ? [] : [`${branch.const}: ${meaning}`];
}

function isTellingFormat(name: unknown): name is string {
  return typeof name === "string" && TELLING_FORMATS.has(name);
}

function boundsOf(source: JsonObject): string {
  const from = boundOf(source, "minimum", "exclusiveMinimum");
  const to = boundOf(source, "maximum", "exclusiveMaximum");
  if (from?.equal === "=" && to?.equal === "=") return `${from.value}..${to.value}`;
  return [from && `>${from.equal} ${from.value}`, to && `<${to.equal} ${to.value}`]
    .filter((bound) => bound !== undefined).join(", ");
}

/** `exclusiveMinimum` is a number, or in draft-04 `true` beside `minimum`. */
function boundOf(source: JsonObject, inclusive: string, exclusive: string) {
  const [limit, beyond] = [ownValue(source, inclusive), ownValue(source, exclusive)];
  const value = typeof beyond === "number" ? beyond : limit;
  if (typeof value !== "number" || Math.abs(value) >= WIDEST_BOUND) return undefined;
  return { value, equal: beyond === true || value === beyond ? "" : "=" };
}

function lengthOf(min: unknown, max: unknown, unit: string): string {
  const least = typeof min === "number" && min > 1 ? min : undefined;
  const most = typeof max === "number" && max < WIDEST_BOUND ? max : undefined;
  if (least === undefined) return most === undefined ? "" : `<= ${most} ${unit}`;
  if (most === undefined) return `>= ${least} ${unit}`;
  return least === most ? `${most} ${unit}` : `${least}..${most} ${unit}`;
}

/** A pattern for a known format only repeats it. */
function patternOf({ pattern, format }: JsonObject): string {
  if (typeof pattern !== "string" || pattern.length > MAX_PATTERN_CHARS) return "";
  return isTellingFormat(format) ? "" : `/${pattern}/`;
}

function defaultOf(source: JsonObject): string {
  const value = ownValue(source, "default");
  if (value === undefined || value === null || value === "" || value === false) return "";
  if (isJsonObject(value) || Array.isArray(value) && value.length === 0) return "";
  // A nested list could be deeper than the stack.
  if (Array.isArray(value) && value.some((item) => typeof item === "object")) return "";
  const text = JSON.stringify(value);
  return text.length <= MAX_DEFAULT_CHARS ? `default ${text}` : "";
}

/** Whether the description already tells the fact in its own words. */
function tells(description: string, fact: string): boolean {
  const text = description.toLowerCase();
  const [word, ...rest] = fact.toLowerCase().split(" ");
  if (word === "default") {
    return text.includes("default") && text.includes(rest.join(" ").replaceAll('"', ""));
  }
  if (!/^[<>=\d-]/.test(fact)) return text.includes(fact.toLowerCase());
  const numbers = fact.match(/-?\d+(?:\.\d+)?/g) ?? [];
  return numbers.every((number) => new RegExp(`(^|\\D)${number}(\\D|$)`).test(text));
}
