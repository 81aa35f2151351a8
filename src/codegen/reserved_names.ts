const WORDS_OF_THE_LANGUAGE =
  "arguments await break case catch class const continue debugger default delete do else enum " +
  "eval export extends false finally for function if implements import in instanceof interface " +
  "let new null package private protected public return static super switch this throw true try " +
  "typeof var void while with yield";

/** Valid names of a function that would hide, or that TypeScript refuses as, a global. */
const GLOBALS = "undefined NaN Infinity globalThis require exports module callMCPTool";

/** A module with an export `then` is taken for a promise by `await import()`. */
const PROMISE_NAMES = "then";

const PROTOTYPE_NAMES =
  "__proto__ constructor prototype hasOwnProperty isPrototypeOf propertyIsEnumerable toString " +
  "toLocaleString valueOf __defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__";

/** Devices on Windows, whatever the extension. */
const DEVICES = "con prn aux nul com0 com1 com2 com3 com4 com5 com6 com7 com8 com9 " +
  "lpt0 lpt1 lpt2 lpt3 lpt4 lpt5 lpt6 lpt7 lpt8 lpt9";

const OUR_FILES = "index client";

/** Names that a generated function and its file cannot have, in lower case. */
export const RESERVED_FOR_TOOLS: ReadonlySet<string> = lowerCaseWords(
  WORDS_OF_THE_LANGUAGE,
  GLOBALS,
  PROMISE_NAMES,
  PROTOTYPE_NAMES,
  DEVICES,
  OUR_FILES,
);

/** Names that a folder of wrappers cannot have, in lower case. */
export const RESERVED_FOR_SERVERS: ReadonlySet<string> = lowerCaseWords(
  PROTOTYPE_NAMES,
  DEVICES,
  OUR_FILES,
  "node_modules",
);

/** Type names that a wrapper uses itself, or that a reader knows as something else. */
export const RESERVED_FOR_TYPES: ReadonlySet<string> = new Set([
  ...["Promise", "Record", "Function", "Object", "Array", "String", "Number", "Boolean"],
  ...["Symbol", "BigInt", "Date", "Error", "Map", "Set", "Partial", "Pick", "Omit"],
]);

function lowerCaseWords(...lists: readonly string[]): Set<string> {
  return new Set(lists.join(" ").toLowerCase().split(" "));
}
