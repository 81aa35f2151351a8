import { safeLiteral } from "./types/safe_text.ts";

/** What the first line of each generated file begins with. */
const MARK = "// @generated airlock ";

const MAX_SOURCE_CHARS = 200;
/** Other names are quoted, so that none reads as more than a name. */
const PLAIN = /^[\w.-]{1,64}$/;

/** Options of {@linkcode banner}. */
export interface BannerOptions {
  /** The version of the generator. */
  readonly generator: string;
  /** The server, and the tool, that the file is made from; neither for `client.ts`. */
  readonly from: readonly string[];
}

/** The first line of a generated file. */
export function banner({ generator, from }: BannerOptions): string {
  const source = from.map((name) => PLAIN.test(name) ? name : quote(name)).join("/");
  return `${MARK}${generator}${source === "" ? "" : `: ${source}`}\n`;
}

/** Whether a file was generated, by whichever version. */
export function hasBanner(text: string): boolean {
  return text.startsWith(MARK);
}

function quote(name: string): string {
  return safeLiteral(name.slice(0, MAX_SOURCE_CHARS));
}

/** Changes whenever the same catalogue would give other wrappers; in every banner and lock entry. */
export const GENERATOR_VERSION = "1";
