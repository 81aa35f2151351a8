import { join } from "@std/path";
import { hashTool, shortHash } from "../../codegen/hash_tool.ts";
import type { Tool } from "../../model/tool.ts";
import { visibleLine } from "../../text/visible_text.ts";
import { isJsonObject } from "../../text/json_value.ts";
import { replaceFile } from "../../storage/atomic_file.ts";

const MAX_FILE_BYTES = 64 * 1024 * 1024;

/**
 * What tools were when they were accepted, kept so that a change can be shown. Only what has the hash
 * that `servers.lock.json` pins is believed: the files themselves decide nothing.
 */
export class PinnedTools {
  readonly #folder: string;

  constructor(stateFolder: string) {
    this.#folder = join(stateFolder, "pinned");
  }

  /** The tools of a server by name, as they were when they were kept. */
  async read(server: string): Promise<Map<string, PinnedTool>> {
    try {
      const path = this.#path(server);
      if ((await Deno.stat(path)).size > MAX_FILE_BYTES) return new Map();
      return new Map(JSON.parse(await Deno.readTextFile(path)) as [string, PinnedTool][]);
    } catch {
      return new Map();
    }
  }

  /** Keeps tools as they are now, beside those that are kept already. */
  async keep(server: string, tools: readonly Tool[]): Promise<void> {
    const kept = await this.read(server);
    const isNew = ({ name, ...tool }: Tool) => {
      const old = kept.get(name);
      return old === undefined || hashOf(old) !== hashTool({ name, ...tool });
    };
    const added = tools.filter(isNew);
    if (added.length === 0) return;
    for (const tool of added) kept.set(tool.name, pinnedPart(tool));
    await replaceFile(this.#path(server), JSON.stringify([...kept]));
  }

  #path(server: string): string {
    const readable = server.replace(/[^a-zA-Z0-9_-]+/g, "-").slice(0, 40);
    return join(this.#folder, `${readable}-${shortHash(server, 12)}.json`);
  }
}

/** The hash of what is kept; of what is no tool, none that any tool has. */
export function hashOf(pinned: PinnedTool): string {
  try {
    return hashTool({ name: "", ...pinned });
  } catch {
    return "";
  }
}

const MAX_DEPTH = 12;

/** What of a tool is pinned: all that a model or a program relies on. */
export type PinnedTool = Pick<Tool, "description" | "annotations" | "inputSchema" | "outputSchema">;

/** The part of a tool that is pinned. */
export function pinnedPart(
  { description, annotations, inputSchema, outputSchema }: PinnedTool,
): PinnedTool {
  return {
    ...(description !== undefined && { description }),
    ...(annotations !== undefined && { annotations }),
    inputSchema,
    ...(outputSchema !== undefined && { outputSchema }),
  };
}

/**
 * Says line by line all that has changed: `+` what is new, `-` what is gone. Whoever accepts a change
 * accepts all of it, so nothing is cut; characters that nobody sees are written out.
 */
export function describeChange(before: PinnedTool | undefined, after: PinnedTool): string[] {
  if (before === undefined) {
    return ["what it was before is not kept: accept it to keep it from now on"];
  }
  return compare("", pinnedPart(before), pinnedPart(after));
}

function compare(path: string, before: unknown, after: unknown, depth = 0): string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (depth < MAX_DEPTH && isJsonObject(before) && isJsonObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => {
      const inner = path === "" ? key : `${path}.${key}`;
      return compare(inner, before[key], after[key], depth + 1);
    });
  }
  return [
    ...before === undefined ? [] : [line("-", path, before)],
    ...after === undefined ? [] : [line("+", path, after)],
  ];
}

function line(sign: string, path: string, value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return `${sign} ${visibleLine(`${path}: ${text}`)}`;
}
