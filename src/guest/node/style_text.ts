import { codedError, wrongType } from "./coded_error.ts";

const FOREGROUND = 39;
const BACKGROUND = 49;
const NAMES = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

/** What turns each style on and off, by name. */
export const STYLES: Record<string, [number, number]> = {
  reset: [0, 0],
  bold: [1, 22],
  dim: [2, 22],
  italic: [3, 23],
  underline: [4, 24],
  blink: [5, 25],
  inverse: [7, 27],
  hidden: [8, 28],
  strikethrough: [9, 29],
  doubleunderline: [21, 24],
  framed: [51, 54],
  overlined: [53, 55],
  gray: [90, FOREGROUND],
  grey: [90, FOREGROUND],
  bgGray: [100, BACKGROUND],
  bgGrey: [100, BACKGROUND],
};
NAMES.forEach((name, at) => {
  const after = `${name[0]!.toUpperCase()}${name.slice(1)}`;
  STYLES[name] = [30 + at, FOREGROUND];
  STYLES[`${name}Bright`] = [90 + at, FOREGROUND];
  STYLES[`bg${after}`] = [40 + at, BACKGROUND];
  STYLES[`bg${after}Bright`] = [100 + at, BACKGROUND];
});

/** Puts a text between what turns its styles on and off. */
export function styleText(format: string | readonly string[], text: string): string {
  if (typeof text !== "string") throw wrongType("text", "of type string", text);
  const styles = typeof format === "string" ? [format] : format;
  return styles.toReversed().reduce((styled, name) => {
    if (name === "none") return styled;
    const codes = Object.hasOwn(STYLES, name) ? STYLES[name] : undefined;
    if (codes !== undefined) return `\x1b[${codes[0]}m${styled}\x1b[${codes[1]}m`;
    const known = Object.keys(STYLES).join(", ");
    throw codedError(
      TypeError,
      "ERR_INVALID_ARG_VALUE",
      `The format "${name}" is none of: ${known}`,
    );
  }, text);
}

/** A text without what styles it. */
export function stripVTControlCharacters(text: string): string {
  if (typeof text !== "string") throw wrongType("str", "of type string", text);
  return text.replaceAll(ESCAPES, "");
}

const ESCAPES =
  // deno-lint-ignore no-control-regex
  /\x1b\][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)|[\x1b\x9b][[\]()#;?]*(?:\d{1,4}(?:[;:]\d{0,4})*)?[\dA-PR-TZcf-nq-uy=><~]/g;
