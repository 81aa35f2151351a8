import { join } from "@std/path";
import type { SessionsConfig } from "../config/storage.ts";
import { AirlockError } from "../model/errors.ts";
import type { Storage } from "../storage/ports.ts";
import { removeFolder } from "../process/remove_folder.ts";
import { readSessionId, sessionIdOf, type SessionKey } from "./session_id.ts";
import { lockSession, SessionStore, type StoredSession } from "./session_store.ts";
import { sessionFolder } from "./workspace.ts";

/** What is known of a session. */
export interface SessionInfo {
  /** As its owner calls it. */
  readonly name: string;
  /** Who began it. */
  readonly owner: string;
  /** In ISO 8601. */
  readonly createdAt: string;
  /** When a run of it began last; in ISO 8601. */
  readonly usedAt: string;
  /** How many runs it has had. */
  readonly runs: number;
}

/**
 * Sessions: each the scope of a workspace, a vault and what searches learned, which live and die
 * together. Each owner sees its own and no other's.
 */
export interface Sessions {
  /**
   * Begins a session, or gives the one that there is.
   *
   * @throws {AirlockError} REQUEST_INVALID
   */
  create(key: SessionKey): Promise<SessionInfo>;
  /** What is known of a session; undefined where its owner has none of the name. */
  find(key: SessionKey): Promise<SessionInfo | undefined>;
  /** All of an owner's, the latest used first; of everybody's without one. */
  list(owner?: string): Promise<readonly SessionInfo[]>;
  /**
   * Ends a session: its files, its vault and what was learned in it are gone.
   *
   * @throws {AirlockError} NOT_FOUND, and BUSY where a run is under way in it
   */
  close(key: SessionKey): Promise<void>;
}

/** A session while a run uses it. */
interface UsedSession extends AsyncDisposable {
  /** Absolute path of its folder. */
  readonly folder: string;
}

/** Sessions, as the runtime works with them. */
export interface SessionKeeper extends Sessions {
  /**
   * Holds a session for a run, begun where there is none.
   *
   * @throws {AirlockError} BUSY where it is being closed, FOLDER_UNSAFE where its folder is a link
   */
  use(id: string): Promise<UsedSession>;
  /** Calls `end` before a session is closed: what waits in it for a person must not keep it open. */
  beforeClose(end: (id: string) => Promise<void>): void;
  /**
   * Closes the sessions that are past their time, and removes what runs without a session left
   * behind that long ago. Gives what is gone; what cannot be removed has its turn again.
   */
  sweep(): Promise<string[]>;
}

/** Options of {@linkcode createSessions}. */
interface CreateSessionsOptions {
  /** The folder of the sessions' files. */
  readonly workspace: string;
  readonly storage: Storage;
  readonly config: SessionsConfig;
  /** Takes away what else belongs to a session: its vault. */
  readonly forget: (id: string) => Promise<void>;
  /** Gives the time in milliseconds. Default: the system's. */
  readonly clock?: () => number;
}

/** Creates the keeper of sessions. */
export function createSessions(options: CreateSessionsOptions): SessionKeeper {
  return new KeptSessions(options);
}

class KeptSessions implements SessionKeeper {
  readonly #options: CreateSessionsOptions;
  readonly #clock: () => number;
  readonly #store: SessionStore;
  #endWaiting = (_id: string): Promise<void> => Promise.resolve();

  constructor(options: CreateSessionsOptions) {
    this.#options = options;
    this.#clock = options.clock ?? Date.now;
    this.#store = new SessionStore(options.storage, this.#clock);
  }

  async create(key: SessionKey): Promise<SessionInfo> {
    const id = sessionIdOf(key);
    await using _held = await this.#enter(id, 0);
    return infoOf((await this.#store.find(id))!);
  }

  async find(key: SessionKey): Promise<SessionInfo | undefined> {
    const found = await this.#store.find(sessionIdOf(key));
    return found && infoOf(found);
  }

  async list(owner?: string): Promise<readonly SessionInfo[]> {
    return (await this.#store.list(owner)).map(infoOf);
  }

  async close(key: SessionKey): Promise<void> {
    const id = sessionIdOf(key);
    if (await this.#store.find(id) === undefined) {
      throw new AirlockError("NOT_FOUND", "Cannot close session: there is none of this name");
    }
    await this.#endWaiting(id);
    await this.#end(id);
  }

  beforeClose(end: (id: string) => Promise<void>): void {
    this.#endWaiting = end;
  }

  use(id: string): Promise<UsedSession> {
    return this.#enter(id, 1);
  }

  async #enter(id: string, runs: 0 | 1): Promise<UsedSession> {
    const key = readSessionId(id);
    if (key === undefined) throw new AirlockError("INTERNAL", "Cannot open session: no such id");
    const { storage } = this.#options;
    const lock = await lockSession(id, { storage, for: "use" });
    try {
      const folder = await sessionFolder(this.#options.workspace, id);
      await this.#store.use({ id, ...key }, { runs });
      return { folder, [Symbol.asyncDispose]: () => lock[Symbol.asyncDispose]() };
    } catch (error) {
      await lock[Symbol.asyncDispose]();
      throw error;
    }
  }

  async #end(id: string): Promise<void> {
    const { storage } = this.#options;
    await using _lock = await lockSession(id, { storage, for: "end" });
    // First what its tokens stand for: files without it say nothing.
    await this.#options.forget(id);
    await removeFolder(join(this.#options.workspace, id));
    await this.#store.remove(id);
  }

  async sweep(): Promise<string[]> {
    const { idleMs, maxAgeMs, runFilesMs } = this.#options.config;
    const now = this.#clock();
    const gone = await this.#sweepFolders(now - runFilesMs);
    for (const { id, createdAt, usedAt } of this.#store.isOpen ? await this.#store.list() : []) {
      if (now - usedAt < idleMs && now - createdAt < maxAgeMs) continue;
      // One that is in use, or that cannot be removed, keeps no other; it has its turn again.
      if (await isDone(this.#end(id))) gone.push(id);
    }
    return gone;
  }

  /** Folders from before the list was kept are put on it. */
  async #sweepFolders(keptSince: number): Promise<string[]> {
    const { workspace } = this.#options;
    const gone: string[] = [];
    for (const { name, isDirectory } of await entriesOf(workspace)) {
      const stat = isDirectory ? await Deno.lstat(join(workspace, name)).catch(() => null) : null;
      if (stat === null) continue;
      const changedAt = stat.mtime?.getTime() ?? this.#clock();
      const key = readSessionId(name);
      if (key !== undefined) {
        await this.#store.adopt({ id: name, ...key, createdAt: changedAt, usedAt: changedAt });
      } else if (RUN_FOLDER.test(name) && changedAt < keptSince) {
        if (await isDone(removeFolder(join(workspace, name)))) gone.push(name);
      }
    }
    return gone;
  }
}

const RUN_FOLDER = /^run_[0-9a-z]+$/;

function infoOf({ name, owner, createdAt, usedAt, runs }: StoredSession): SessionInfo {
  const [created, used] = [createdAt, usedAt].map((at) => new Date(at).toISOString());
  return { name, owner, createdAt: created!, usedAt: used!, runs };
}

function isDone(work: Promise<void>): Promise<boolean> {
  return work.then(() => true, () => false);
}

async function entriesOf(dir: string): Promise<Deno.DirEntry[]> {
  return await Array.fromAsync(Deno.readDir(dir)).catch(() => []);
}

const HOUR_MS = 60 * 60 * 1_000;

/** Closes what is past its time, now and every hour until it is disposed. */
export function sweepSessions({ sweep }: { sweep: SessionKeeper["sweep"] }): AsyncDisposable {
  let sweeping = Promise.resolve();
  const begin = () => {
    // A disk that cannot be written to keeps what it has; no run fails over it.
    sweeping = sweeping.then(() => sweep()).then(() => {}, () => {});
  };
  begin();
  const timer = setInterval(begin, HOUR_MS);
  Deno.unrefTimer(timer);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await sweeping;
    },
  };
}
