/**
 * `node:querystring` of a program.
 *
 * @module
 */

export type Query = Record<string, string | string[]>;

interface ParseOptions {
  /** At most so many; 0 is all. Default: 1000. */
  readonly maxKeys?: number;
  /** In the place of `unescape`. */
  readonly decodeURIComponent?: (text: string) => string;
}

export function parse(
  query: string,
  separator = "&",
  equals = "=",
  { maxKeys = 1000, decodeURIComponent = unescape }: ParseOptions = {},
): Query {
  const read: Query = Object.create(null);
  if (typeof query !== "string" || query === "") return read;
  const pairs = query.split(separator || "&").filter((pair) => pair !== "");
  for (const pair of maxKeys > 0 ? pairs.slice(0, maxKeys) : pairs) {
    const at = pair.indexOf(equals || "=");
    const text = (part: string) => decodeSafely(part.replaceAll("+", " "), decodeURIComponent);
    const key = text(at === -1 ? pair : pair.slice(0, at));
    const value = at === -1 ? "" : text(pair.slice(at + (equals || "=").length));
    const known = read[key];
    if (known === undefined) read[key] = value;
    else read[key] = Array.isArray(known) ? [...known, value] : [known, value];
  }
  return read;
}

export function stringify(
  values: Readonly<Record<string, unknown>>,
  separator = "&",
  equals = "=",
  { encodeURIComponent = escape }: { encodeURIComponent?: (text: string) => string } = {},
): string {
  if (typeof values !== "object" || values === null) return "";
  return Object.entries(values).flatMap(([key, value]) => {
    const name = encodeURIComponent(key);
    const all: readonly unknown[] = Array.isArray(value) ? value : [value];
    return all.map((one) => `${name}${equals || "="}${encodeURIComponent(primitiveText(one))}`);
  }).join(separator || "&");
}

export function escape(text: unknown): string {
  return encodeURIComponent(String(text).toWellFormed());
}

export function unescape(text: string): string {
  return decodeSafely(text, decodeURIComponent);
}

export { parse as decode, stringify as encode };
export default { parse, stringify, escape, unescape, decode: parse, encode: stringify };

function decodeSafely(text: string, decode: (text: string) => string): string {
  try {
    return decode(text);
  } catch {
    // What is right of it is decoded, sign by sign.
    return text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (run) => {
      const bytes = Uint8Array.fromHex(run.replaceAll("%", ""));
      return new TextDecoder().decode(bytes);
    });
  }
}

function primitiveText(value: unknown): string {
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  return ["string", "bigint", "boolean"].includes(typeof value) ? String(value) : "";
}
