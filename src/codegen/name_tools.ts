import { RESERVED_FOR_TOOLS } from "./reserved_names.ts";
import { shortHash } from "./short_hash.ts";
import { type NameCandidate, uniqueNames } from "./unique_names.ts";

/** Longer names are cut: every file system takes them, and a model need not read them. */
const MAX_NAME_CHARS = 64;

/** What one tool is called in the wrappers of its server. */
export interface ToolNames {
  /** The function's name, and the file's without its extension. */
  readonly exportName: string;
  /** Relative to the server's folder. */
  readonly file: string;
  /** What the names of its two types begin with: `ListLeads` for `ListLeadsInput`. */
  readonly typeName: string;
}

/**
 * Names the wrappers of one server's tools: unique, also on a disk that ignores case, never
 * reserved, never a path, the same in whatever order the tools come.
 *
 * @example
 * ```ts
 * import { nameTools } from "./name_tools.ts";
 *
 * const names = nameTools(["list_leads", "get-user", "delete"]);
 * console.assert(names.get("list_leads")?.file === "list_leads.ts");
 * console.assert(names.get("get-user")?.exportName === "get_user");
 * console.assert(names.get("delete")?.exportName === "delete_");
 * ```
 */
export function nameTools(names: Iterable<string>): Map<string, ToolNames> {
  const exportNames = uniqueNames(names, { candidate: identifierFor });
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
  const words = text.normalize("NFKD").replace(/\p{M}/gu, "").match(/[A-Za-z0-9]+/g) ?? [];
  const joined = words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join("");
  return /^[A-Z]/.test(joined) ? joined : `T${joined}`;
}

function identifierFor(name: string): NameCandidate {
  if (/^[A-Za-z_$][\w$]*$/.test(name) && name.length <= MAX_NAME_CHARS) {
    return RESERVED_FOR_TOOLS.has(name.toLowerCase())
      ? { text: `${name}_`, likeness: "altered" }
      : { text: name, likeness: "own" };
  }
  const folded = name.normalize("NFKD").replace(/\p{M}/gu, "");
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
