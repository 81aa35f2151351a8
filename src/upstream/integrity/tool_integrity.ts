import type { ChangedTool, Tool, ToolProblem } from "../../model/tool.ts";
import { isJsonObject } from "../../text/json_value.ts";
import { join } from "@std/path";
import { hashTool, shortHash } from "../../codegen/hash_tool.ts";
import {
  type LockedServer,
  readServersLock,
  SERVERS_LOCK,
  type ServersLock,
} from "../../codegen/servers_lock.ts";
import { replaceFile } from "../../storage/atomic_file.ts";
import { visibleLine } from "../../text/visible_text.ts";
import { stampOf } from "./shown_tools.ts";
import { scanTools } from "./withhold_words.ts";

/** The findings about the tools of one server. */
export interface ServerIntegrity {
  readonly changed: readonly ChangedTool[];
  /** Words that are meant for a model. */
  readonly suspicious: readonly ToolProblem[];
}

/** Compares tools with `servers.lock.json`, which is in the folder of the wrappers. */
export class ToolIntegrity implements AsyncDisposable {
  readonly #folder: string;
  readonly #pinned: PinnedTools;
  readonly #latest = new Map<string, ServerIntegrity>();
  readonly #checked = new WeakMap<readonly Tool[], Checked>();
  readonly #looking = new Set<Promise<unknown>>();
  #closed = false;
  #lock: { readonly stamp: string; readonly lock: ServersLock } | undefined;

  constructor(
    { serversFolder, stateFolder }: {
      readonly serversFolder: string;
      readonly stateFolder: string;
    },
  ) {
    this.#folder = serversFolder;
    this.#pinned = new PinnedTools(stateFolder);
  }

  /** Checks tools that were just listed, for {@linkcode latest}. */
  look(server: string, tools: readonly Tool[]): void {
    if (this.#closed) return;
    // The next run reports a damaged lock.
    const looking = this.check(server, tools).catch(() => {});
    this.#looking.add(looking);
    looking.finally(() => this.#looking.delete(looking));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#looking);
  }

  /** The findings of the last check. */
  latest(server: string): ServerIntegrity | undefined {
    return this.#latest.get(server);
  }

  /**
   * Compares the tools of a server with the lock; a tool that is not in it is no change.
   *
   * @throws {AirlockError} CONFIG_INVALID where the lock is damaged
   */
  async check(server: string, tools: readonly Tool[]): Promise<ServerIntegrity> {
    const { stamp, lock } = await this.#readLock();
    const known = this.#checked.get(tools);
    if (known?.stamp === stamp) return known.found;
    const suspicious = known?.found.suspicious ?? await scanTools(server, tools);
    const changed = await this.#changed(server, tools, lock.get(server));
    const found = { changed, suspicious };
    this.#checked.set(tools, { stamp, found });
    this.#latest.set(server, found);
    return found;
  }

  async #changed(
    server: string,
    tools: readonly Tool[],
    locked: LockedServer | undefined,
  ): Promise<ChangedTool[]> {
    if (locked === undefined) return [];
    const pinOf = ({ name }: Tool) => locked.tools.get(name)?.hash;
    const changed = tools.filter((tool) => ![undefined, hashTool(tool)].includes(pinOf(tool)));
    const same = tools.filter((tool) => pinOf(tool) !== undefined && !changed.includes(tool));
    // Without the kept tools a change is reported without the part before it.
    await this.#pinned.keep(server, same).catch(() => {});
    if (changed.length === 0) return [];
    const kept = await this.#pinned.read(server);
    return changed.map((tool) => {
      const before = kept.get(tool.name);
      const isPinned = before !== undefined && hashOf(before) === pinOf(tool);
      const changes = describeChange(isPinned ? before : undefined, tool);
      return { server, tool: tool.name, changes };
    });
  }

  /** The lock may be written by other processes: it is read again when it is another file. */
  async #readLock() {
    const stamp = stampOf(join(this.#folder, SERVERS_LOCK));
    if (this.#lock?.stamp !== stamp) {
      this.#lock = { stamp, lock: await readServersLock(this.#folder) };
    }
    return this.#lock;
  }
}

interface Checked {
  readonly stamp: string;
  readonly found: ServerIntegrity;
}

const MAX_FILE_BYTES = 64 * 1024 * 1024;

/**
 * Accepted tools, kept so that a change can be shown. A kept tool counts only with the hash in
 * `servers.lock.json`: the files themselves decide nothing.
 */
class PinnedTools {
  readonly #folder: string;

  constructor(stateFolder: string) {
    this.#folder = join(stateFolder, "pinned");
  }

  /** The kept tools of a server by name. */
  async read(server: string): Promise<Map<string, PinnedTool>> {
    try {
      const path = this.#path(server);
      if ((await Deno.stat(path)).size > MAX_FILE_BYTES) return new Map();
      return new Map(JSON.parse(await Deno.readTextFile(path)) as [string, PinnedTool][]);
    } catch {
      return new Map();
    }
  }

  /** Keeps tools beside those that are kept already. */
  async keep(server: string, tools: readonly Tool[]): Promise<void> {
    const kept = await this.read(server);
    const added = tools.filter((tool) => {
      const old = kept.get(tool.name);
      return old === undefined || hashOf(old) !== hashTool(tool);
    });
    if (added.length === 0) return;
    for (const tool of added) kept.set(tool.name, pinnedPart(tool));
    await replaceFile(this.#path(server), JSON.stringify([...kept]));
  }

  #path(server: string): string {
    const readable = server.replace(/[^a-zA-Z0-9_-]+/g, "-").slice(0, 40);
    return join(this.#folder, `${readable}-${shortHash(server, 12)}.json`);
  }
}

/** The hash of a kept tool; empty where the file has something else. */
function hashOf(pinned: PinnedTool): string {
  try {
    return hashTool({ name: "", ...pinned });
  } catch {
    return "";
  }
}

const MAX_DEPTH = 12;

/** The pinned part of a tool: all that a model or a program relies on. */
type PinnedTool = Pick<Tool, "description" | "annotations" | "inputSchema" | "outputSchema">;

function pinnedPart(
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
 * The changes, line by line. A change is accepted as a whole, so nothing is cut; invisible
 * characters are written out.
 */
function describeChange(before: PinnedTool | undefined, after: PinnedTool): string[] {
  return before === undefined
    ? ["what it was before is not kept: accept it to keep it from now on"]
    : compare("", pinnedPart(before), pinnedPart(after));
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
