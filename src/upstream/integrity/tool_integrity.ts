import { ensureDir } from "@std/fs";
import { join } from "@std/path";
import { hashTool, shortHash } from "../../codegen/hash_tool.ts";
import {
  type LockedServer,
  readServersLock,
  SERVERS_LOCK,
  type ServersLock,
} from "../../codegen/servers_lock.ts";
import type { Tool, ToolProblem } from "../../model/tool.ts";
import { visibleLine } from "../../text/visible_text.ts";
import { scanTools } from "./withhold_words.ts";

/** A tool that is no longer what was accepted. */
export interface ChangedTool {
  /** The server's name in the configuration. */
  readonly server: string;
  /** The tool's name. */
  readonly tool: string;
  /** What has changed, line by line: `+` what is new, `-` what is gone. */
  readonly changes: readonly string[];
}

/** What is found of the tools of one server. */
export interface ServerIntegrity {
  readonly changed: readonly ChangedTool[];
  /** What in their words is there for a model. */
  readonly suspicious: readonly ToolProblem[];
}

/** Options of {@linkcode ToolIntegrity}. */
export interface ToolIntegrityOptions {
  /** The folder of the wrappers, with the lock. */
  readonly serversFolder: string;
  /** The folder of Airlock's own state. */
  readonly stateFolder: string;
}

/** Holds tools to what `servers.lock.json` pins of them. */
export class ToolIntegrity implements AsyncDisposable {
  readonly #folder: string;
  readonly #pinned: PinnedTools;
  readonly #latest = new Map<string, ServerIntegrity>();
  readonly #checked = new WeakMap<readonly Tool[], Checked>();
  readonly #looking = new Set<Promise<unknown>>();
  #closed = false;
  #lock: { readonly stamp: string; readonly lock: ServersLock } | undefined;

  constructor({ serversFolder, stateFolder }: ToolIntegrityOptions) {
    this.#folder = serversFolder;
    this.#pinned = new PinnedTools(stateFolder);
  }

  /** Looks at tools that were just listed, so that what is found of them can be shown. */
  look(server: string, tools: readonly Tool[]): void {
    if (this.#closed) return;
    // A damaged lock is the next run's to say.
    const looking = this.check(server, tools).catch(() => {});
    this.#looking.add(looking);
    looking.finally(() => this.#looking.delete(looking));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#looking);
  }

  /** What was found when the server's tools were looked at last. */
  latest(server: string): ServerIntegrity | undefined {
    return this.#latest.get(server);
  }

  /**
   * Compares the tools of a server with what is pinned; what nothing is pinned of is no change.
   *
   * @throws {AirlockError} CONFIG_INVALID where the lock is damaged
   */
  async check(server: string, tools: readonly Tool[]): Promise<ServerIntegrity> {
    const { stamp, lock } = await this.#readLock();
    const known = this.#checked.get(tools);
    if (known?.stamp === stamp) return known.found;
    const suspicious = known?.found.suspicious ??
      await scanTools(server, tools);
    const changed = await this.#changed(tools, { server, locked: lock.get(server) });
    const found = { changed, suspicious };
    this.#checked.set(tools, { stamp, found });
    this.#latest.set(server, found);
    return found;
  }

  async #changed(
    tools: readonly Tool[],
    { server, locked }: { server: string; locked: LockedServer | undefined },
  ): Promise<ChangedTool[]> {
    if (locked === undefined) return [];
    const pinOf = ({ name }: Tool) => locked.tools.get(name)?.hash;
    const changed = tools.filter((tool) => ![undefined, hashTool(tool)].includes(pinOf(tool)));
    const same = tools.filter((tool) => pinOf(tool) !== undefined && !changed.includes(tool));
    // A state folder that cannot be written to costs the reader of a change what was before.
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

/** Every call asks: what is looked up at once costs a hundredth of what is waited for. */
function stampOf(path: string): string {
  try {
    const { ino, size, mtime } = Deno.statSync(path);
    return `${ino} ${size} ${mtime?.getTime()}`;
  } catch {
    return "";
  }
}

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
  if (depth < MAX_DEPTH && isObject(before) && isObject(after)) {
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

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
