import { ensureDir } from "@std/fs";
import { join } from "@std/path";
import { hashTool, shortHash } from "../../codegen/hash_tool.ts";
import type { Tool } from "../../model/tool.ts";
import { pinnedPart, type PinnedTool } from "./describe_change.ts";

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
    const path = this.#path(server);
    const unfinished = `${path}.${crypto.randomUUID()}.tmp`;
    await ensureDir(this.#folder);
    await Deno.writeTextFile(unfinished, JSON.stringify([...kept]), { mode: 0o600 });
    await Deno.rename(unfinished, path);
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
