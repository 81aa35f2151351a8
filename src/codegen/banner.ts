import { safeLiteral } from "./types/safe_text.ts";

/** Beginning of the first line of each generated file. */
const MARK = "// @generated airlock ";

const MAX_SOURCE_CHARS = 200;
/** Names that need no quotes: other names could read as more than a name. */
const PLAIN = /^[\w.-]{1,64}$/;

/** Changes whenever the same catalogue would give other wrappers; in every banner and lock entry. */
export const GENERATOR_VERSION = "1";

/** The first line of a generated file; `from` is the server and the tool, neither for `client.ts`. */
export function banner(generator: string, ...from: readonly string[]): string {
  const source = from
    .map((name) => PLAIN.test(name) ? name : safeLiteral(name.slice(0, MAX_SOURCE_CHARS)))
    .join("/");
  return `${MARK}${generator}${source === "" ? "" : `: ${source}`}\n`;
}

/** Whether a file was generated, by any version. */
export function hasBanner(text: string): boolean {
  return text.startsWith(MARK);
}
