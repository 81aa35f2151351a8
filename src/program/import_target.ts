import { basename, normalize } from "@std/path/posix";
import type { ImportTarget } from "./program.ts";

/** Modules of Node's that compute and reach nothing. */
export const PURE_NODE_MODULES: ReadonlySet<string> = new Set([
  "assert",
  "assert/strict",
  "buffer",
  "events",
  "path",
  "path/posix",
  "querystring",
  "string_decoder",
  "url",
  "util",
]);

/** Longer than any name of a server, a tool or a skill. */
const MAX_SPECIFIER = 1_024;

const NAME = /^[^/\\%?#:\p{C}]+$/u;

/**
 * What a specifier stands for, read from its letters alone: nothing is looked up, and what does not
 * have one of the allowed forms has no target.
 *
 * `./servers/crm/list_leads.ts`, `./servers/crm`, `servers/crm/index.ts`, `./skills/dedupe`,
 * `./skills/dedupe/skill.ts`, `airlock`, `node:path`, `path`
 */
export function importTarget(specifier: string): ImportTarget | undefined {
  if (specifier.length > MAX_SPECIFIER) return undefined;
  if (specifier === "airlock") return { kind: "airlock" };
  const isNode = specifier.startsWith("node:");
  const module = isNode ? specifier.slice("node:".length) : specifier;
  if (PURE_NODE_MODULES.has(module)) return { kind: "node", module };
  if (isNode) return undefined;
  const segments = normalize(specifier).replace(/\/$/, "").split("/");
  if (!segments.every((segment) => NAME.test(segment))) return undefined;
  const [root, name, file, ...rest] = segments;
  if (name === undefined || name.startsWith(".") || rest.length > 0) return undefined;
  if (root === "servers") return serverTarget(name, file);
  if (root === "skills") return skillTarget(name, file);
  return undefined;
}

function serverTarget(folder: string, file: string | undefined): ImportTarget | undefined {
  if (file === undefined || file === "index.ts" || file === "index") {
    return folder.endsWith(".ts") ? undefined : { kind: "server", folder };
  }
  return { kind: "tool", folder, file: basename(file, ".ts") };
}

function skillTarget(name: string, file: string | undefined): ImportTarget | undefined {
  const isWhole = file === undefined || file === "skill.ts" || file === "skill";
  return isWhole ? { kind: "skill", name: basename(name, ".ts") } : undefined;
}
