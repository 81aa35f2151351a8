import type { Options } from "acorn";

/** How a program is read: a module whose top level may also `return`. */
export const PARSE_OPTIONS: Options = {
  ecmaVersion: "latest",
  sourceType: "module",
  allowReturnOutsideFunction: true,
  locations: true,
};
