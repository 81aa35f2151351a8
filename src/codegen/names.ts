import { shortHash } from "./hash_tool.ts";

/** Longer names are cut: every file system takes them, and a model need not read them. */
const MAX_NAME_CHARS = 64;

/**
 * Names the folders of servers: letters, digits, `_` and `-`, unique also on a disk that ignores
 * case, never reserved, never a path, the same in whatever order the servers come.
 *
 * @example
 * ```ts
 * import { nameServers } from "./names.ts";
 *
 * const folders = nameServers(["crm", "@scope/name"]);
 * console.assert(folders.get("crm") === "crm");
 * console.assert(folders.get("@scope/name") === "scope-name");
 * ```
 */
export function nameServers(names: Iterable<string>): Map<string, string> {
  return uniqueNames(names, folderFor);
}

function folderFor(name: string): NameCandidate {
  const folded = withoutMarks(name);
  const words = folded.replace(/[^A-Za-z0-9_-]+/g, "-").replace(/^-+|-+$/g, "");
  const text = words.slice(0, MAX_NAME_CHARS) || "server";
  const free = RESERVED_FOR_SERVERS.has(text.toLowerCase()) ? `${text}_` : text;
  const kept = words !== "" && words.length <= MAX_NAME_CHARS && !/[^\0-\x7f]/u.test(folded);
  return { text: free, likeness: !kept ? "lossy" : free === name ? "own" : "altered" };
}

function withoutMarks(name: string): string {
  return name.normalize("NFKD").replace(/\p{M}/gu, "");
}

/** Names of one tool in the wrappers of its server. */
export interface ToolNames {
  /** The function's name, and the file's without its extension. */
  readonly exportName: string;
  /** Relative to the server's folder. */
  readonly file: string;
  /** Beginning of the names of its two types: `ListLeads` for `ListLeadsInput`. */
  readonly typeName: string;
}

/**
 * Names the wrappers of one server's tools: unique, also on a disk that ignores case, never
 * reserved, never a path, the same in whatever order the tools come.
 *
 * @example
 * ```ts
 * import { nameTools } from "./names.ts";
 *
 * const names = nameTools(["list_leads", "get-user", "delete"]);
 * console.assert(names.get("list_leads")?.file === "list_leads.ts");
 * console.assert(names.get("get-user")?.exportName === "get_user");
 * console.assert(names.get("delete")?.exportName === "delete_");
 * ```
 */
export function nameTools(names: Iterable<string>): Map<string, ToolNames> {
  const exportNames = uniqueNames(names, identifierFor);
  const taken = new Set(exportNames.values());
  const result = new Map<string, ToolNames>();
  for (const [name, exportName] of exportNames) {
    const typeName = freeTypeName(exportName, taken);
    result.set(name, { exportName, file: `${exportName}.ts`, typeName });
  }
  return result;
}

/** `get_user` → `GetUser`; letters that are capitals stay. */
export function pascalCase(text: string): string {
  const words = withoutMarks(text).match(/[A-Za-z0-9]+/g) ?? [];
  const joined = words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join("");
  return /^[A-Z]/.test(joined) ? joined : `T${joined}`;
}

function identifierFor(name: string): NameCandidate {
  if (/^[A-Za-z_$][\w$]*$/.test(name) && name.length <= MAX_NAME_CHARS) {
    return RESERVED_FOR_TOOLS.has(name.toLowerCase())
      ? { text: `${name}_`, likeness: "altered" }
      : { text: name, likeness: "own" };
  }
  const folded = withoutMarks(name);
  const words = folded.replace(/[^A-Za-z0-9_$]+/g, "_").replace(/^_+|_+$/g, "");
  const text = (/^\d/.test(words) ? `_${words}` : words).slice(0, MAX_NAME_CHARS) || "tool";
  const kept = words !== "" && text.length >= words.length && !/[^\0-\x7f]/u.test(folded);
  return {
    text: RESERVED_FOR_TOOLS.has(text.toLowerCase()) ? `${text}_` : text,
    likeness: kept ? "altered" : "lossy",
  };
}

function freeTypeName(exportName: string, taken: Set<string>): string {
  const plain = pascalCase(exportName);
  for (let length = 0;; length = length === 0 ? 4 : length + 1) {
    const typeName = plain + shortHash(exportName, length);
    const types = [`${typeName}Input`, `${typeName}Output`];
    if (types.some((type) => taken.has(type))) continue;
    types.forEach((type) => taken.add(type));
    return typeName;
  }
}

/** What a name would be if it were the only one; letters, digits and `_` stay as they are. */
interface NameCandidate {
  readonly text: string;
  /** `own`: the name as it is; `altered`: made from it; `lossy`: too little of it is left. */
  readonly likeness: "own" | "altered" | "lossy";
}

/**
 * Gives each of the given names one that no other has, also on a disk that ignores case, whatever
 * their order. Of those that would share one, an own name goes before an altered one, and the
 * others carry a hash of the name they come from; so a new name leaves all others as they are
 * unless it takes what one of them had borrowed.
 */
function uniqueNames(
  names: Iterable<string>,
  candidate: (name: string) => NameCandidate,
): Map<string, string> {
  const wanted = [...new Set(names)]
    .map((name) => ({ name, ...candidate(name) }))
    .sort(ownFirstThenDescending);
  const taken = new Set<string>();
  const result = new Map<string, string>();
  const take = (name: string, text: string): boolean => {
    const folded = text.toLowerCase();
    if (taken.has(folded)) return false;
    taken.add(folded);
    result.set(name, text);
    return true;
  };
  const later = wanted.filter(({ name, text, likeness }) =>
    likeness === "lossy" || !take(name, text)
  );
  for (const { name, text } of later) {
    for (let length = 6; !take(name, `${text}_${shortHash(name, length)}`); length++);
  }
  return result;
}

type Wanted = NameCandidate & { readonly name: string };

/** Descending, so that `getUser` goes before `GETUSER`. */
function ownFirstThenDescending(a: Wanted, b: Wanted): number {
  if ((a.likeness === "own") !== (b.likeness === "own")) return a.likeness === "own" ? -1 : 1;
  return a.name < b.name ? 1 : -1;
}

const KEYWORDS =
  "arguments await break case catch class const continue debugger default delete do else enum " +
  "eval export extends false finally for function if implements import in instanceof interface " +
  "let new null package private protected public return static super switch this throw true try " +
  "typeof var void while with yield";

/** Valid names of a function that would hide, or that TypeScript refuses as, a global. */
const GLOBALS = "undefined NaN Infinity globalThis require exports module callMCPTool";

const PROTOTYPE_NAMES =
  "__proto__ constructor prototype hasOwnProperty isPrototypeOf propertyIsEnumerable toString " +
  "toLocaleString valueOf __defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__";

/** Devices on Windows, whatever the extension. */
const DEVICES = "con prn aux nul com0 com1 com2 com3 com4 com5 com6 com7 com8 com9 " +
  "lpt0 lpt1 lpt2 lpt3 lpt4 lpt5 lpt6 lpt7 lpt8 lpt9";

const OUR_FILES = "index client";

/**
 * Names that a generated function and its file cannot have, in lower case. `await import()` takes a
 * module with an export `then` for a promise.
 */
const RESERVED_FOR_TOOLS = lowerCaseWords(
  ...[KEYWORDS, GLOBALS, PROTOTYPE_NAMES, DEVICES, OUR_FILES, "then"],
);

/** Names that a folder of wrappers cannot have, in lower case. */
const RESERVED_FOR_SERVERS = lowerCaseWords(PROTOTYPE_NAMES, DEVICES, OUR_FILES, "node_modules");

/** Names of types that a wrapper uses itself, or that a reader knows as something else. */
export const RESERVED_FOR_TYPES: ReadonlySet<string> = new Set([
  ...["Promise", "Record", "Function", "Object", "Array", "String", "Number", "Boolean"],
  ...["Symbol", "BigInt", "Date", "Error", "Map", "Set", "Partial", "Pick", "Omit"],
]);

function lowerCaseWords(...lists: readonly string[]): Set<string> {
  return new Set(lists.join(" ").toLowerCase().split(" "));
}
