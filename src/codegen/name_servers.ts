import { RESERVED_FOR_SERVERS } from "./reserved_names.ts";
import { type NameCandidate, uniqueNames } from "./unique_names.ts";

const MAX_NAME_CHARS = 64;

/**
 * Names the folders of servers: letters, digits, `_` and `-`, unique also on a disk that ignores
 * case, never reserved, never a path, the same in whatever order the servers come.
 *
 * @example
 * ```ts
 * import { nameServers } from "./name_servers.ts";
 *
 * const folders = nameServers(["crm", "@scope/name"]);
 * console.assert(folders.get("crm") === "crm");
 * console.assert(folders.get("@scope/name") === "scope-name");
 * ```
 */
export function nameServers(names: Iterable<string>): Map<string, string> {
  return uniqueNames(names, { candidate: folderFor });
}

function folderFor(name: string): NameCandidate {
  const folded = name.normalize("NFKD").replace(/\p{M}/gu, "");
  const words = folded.replace(/[^A-Za-z0-9_-]+/g, "-").replace(/^-+|-+$/g, "");
  const text = words.slice(0, MAX_NAME_CHARS) || "server";
  const free = RESERVED_FOR_SERVERS.has(text.toLowerCase()) ? `${text}_` : text;
  const kept = words !== "" && words.length <= MAX_NAME_CHARS && !/[^\0-\x7f]/u.test(folded);
  return { text: free, likeness: !kept ? "lossy" : free === name ? "own" : "altered" };
}
