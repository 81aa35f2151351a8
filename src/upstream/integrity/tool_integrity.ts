import { join } from "@std/path";
import { hashTool } from "../../codegen/hash_tool.ts";
import {
  type LockedServer,
  readServersLock,
  SERVERS_LOCK,
  type ServersLock,
} from "../../codegen/servers_lock.ts";
import type { Tool, ToolProblem } from "../../model/tool.ts";
import { describeChange, hashOf, PinnedTools } from "./pinned_tools.ts";
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
