import type { Isolation } from "../config/limits.ts";
import type { Launchers } from "../process/find_command.ts";
import { findCpuCgroups } from "./hold_process.ts";
import { openTier } from "./open_tier.ts";
import { RecordPipes } from "./record_permissions.ts";
import type { Reservation, Sandbox, Sandboxes, Worker } from "./sandbox.ts";
import { startWorker, type WorkerSettings } from "./start_worker.ts";
import { type RunFolders, tierAtRisk, tiersInUse } from "./tier.ts";

interface PoolSettings {
  /** The folder of the wrappers, which all workers see. */
  readonly folders: RunFolders;
  /** Workers kept waiting for runs that have no session. */
  readonly idleWorkers: number;
  /** Sessions for whose next run a worker is kept waiting; the one used longest ago gives way. */
  readonly idleSessions: number;
  /** Called for each worker that is started, or taken by a run. */
  readonly onWorker?: (event: "started" | "taken_waiting" | "taken_fresh") => void;
}

/**
 * Opens every tier that a program may need. Workers wait only in that of low risk: the level of a
 * program is known after it was read.
 *
 * @throws {AirlockError} TIER_UNAVAILABLE with all that the machine lacks for any of them
 */
export async function openSandboxes({ isolation, launchers, workers, pool }: {
  readonly isolation: Isolation;
  readonly launchers: Launchers;
  readonly workers: Omit<WorkerSettings, "tier" | "pipes" | "cgroups">;
  readonly pool: PoolSettings;
}): Promise<Sandboxes> {
  const { dir } = workers;
  await using opening = new AsyncDisposableStack();
  const sandboxes = new Map<string, Sandbox>();
  const shared = { ...workers, pipes: new RecordPipes(dir), cgroups: await findCpuCgroups() };
  for (const [index, name] of tiersInUse(isolation).entries()) {
    const runtime = name === "container" ? isolation.runtime : undefined;
    const tier = await openTier({ tier: name, runtime }, { dir, launchers });
    const waiting = index === 0 ? pool : { ...pool, idleWorkers: 0, idleSessions: 0 };
    sandboxes.set(name, opening.use(new WorkerPool({ ...shared, tier }, waiting)));
  }
  const opened = opening.move();
  return {
    at: (level) => sandboxes.get(tierAtRisk(isolation, level))!,
    forget(workspace) {
      for (const sandbox of sandboxes.values()) sandbox.forget(workspace);
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** The longest that a new worker waits for the end of the run that took one. */
const REFILL_LATEST_MS = 50;

/**
 * A sandbox that keeps workers ready: started and connected, without a program. Each still runs one
 * program and is gone. A worker's rights name its folders and what it may do with them, so that one
 * for a session waits only for runs of that session, and of the same right.
 */
class WorkerPool implements Sandbox {
  readonly #workers: WorkerSettings;
  readonly #pool: PoolSettings;
  readonly #unbound: Readonly<Record<Access, Idle[]>> = { read: [], write: [] };
  readonly #sessions = new Map<string, Idle>();
  readonly #ending = new Set<Promise<void>>();
  #closed = false;

  constructor(workers: WorkerSettings, pool: PoolSettings) {
    this.#workers = workers;
    this.#pool = pool;
    this.#refill(pool.folders);
  }

  reserve(folders: RunFolders): Reservation {
    const coming = this.#next(folders);
    coming.then((worker) => this.#refillAfter(worker, folders), () => {});
    let isTaken = false;
    return {
      take() {
        isTaken = true;
        return coming;
      },
      [Symbol.dispose]: () => {
        if (!isTaken) this.#keepOrEnd(this.#watch(coming), folders);
      },
    };
  }

  forget(workspace: string): void {
    for (const access of ["read", "write"] as const) {
      const idle = this.#takeOf({ access, workspace });
      if (idle !== undefined) this.#end(idle);
    }
  }

  #keepOrEnd(idle: Idle, folders: RunFolders): void {
    const { workspace } = folders;
    const unbound = this.#unboundOf(folders);
    const { idleWorkers, idleSessions } = this.#pool;
    if (this.#closed) return this.#end(idle);
    const key = keyOf(folders);
    if (workspace !== undefined && idleSessions > 0 && !this.#sessions.has(key)) {
      return this.#keepForSession(key, idle);
    }
    if (workspace === undefined && unbound.length < idleWorkers) unbound.push(idle);
    else this.#end(idle);
  }

  async #next(folders: RunFolders): Promise<Worker> {
    const idle = folders.workspace === undefined
      ? this.#unboundOf(folders).shift()
      : this.#takeOf(folders);
    if (idle !== undefined && !idle.gone) {
      idle.taken = true;
      const worker = await idle.worker.catch(() => undefined);
      if (worker !== undefined) {
        this.#pool.onWorker?.("taken_waiting");
        return worker;
      }
    }
    this.#pool.onWorker?.("taken_fresh");
    return await this.#startWorker(folders);
  }

  #takeOf(folders: Pick<RunFolders, "access" | "workspace">): Idle | undefined {
    const key = keyOf(folders);
    const idle = this.#sessions.get(key);
    this.#sessions.delete(key);
    return idle;
  }

  #unboundOf({ access = "write" }: RunFolders): Idle[] {
    return this.#unbound[access];
  }

  /** Starting a worker keeps a core busy that the run in progress needs more. */
  #refillAfter({ exited }: Worker, folders: RunFolders): void {
    const refill = () => {
      clearTimeout(timer);
      if (this.#closed) return;
      if (folders.workspace === undefined) this.#refill(folders);
      else this.#waitForSession(folders);
    };
    const timer = setTimeout(refill, REFILL_LATEST_MS);
    exited.then(refill);
  }

  #refill(folders: RunFolders): void {
    const unbound = this.#unboundOf(folders);
    while (unbound.length < this.#pool.idleWorkers) {
      unbound.push(this.#watch(this.#startWorker(folders)));
    }
  }

  #waitForSession(folders: RunFolders): void {
    const key = keyOf(folders);
    if (this.#pool.idleSessions === 0 || this.#sessions.has(key)) return;
    this.#keepForSession(key, this.#watch(this.#startWorker(folders)));
  }

  #keepForSession(key: string, idle: Idle): void {
    this.#sessions.set(key, idle);
    for (const [oldest, idle] of this.#sessions) {
      if (this.#sessions.size <= this.#pool.idleSessions) break;
      this.#sessions.delete(oldest);
      this.#end(idle);
    }
  }

  #startWorker(folders: RunFolders): Promise<Worker> {
    this.#pool.onWorker?.("started");
    return startWorker(folders, this.#workers);
  }

  #watch(worker: Promise<Worker>): Idle {
    const idle: Idle = { worker, taken: false, gone: false };
    // A failed start is reported to the run that needs a worker.
    worker.then(async ({ exited }) => {
      await exited;
      if (!idle.taken) this.#end(idle);
    }, () => {});
    return idle;
  }

  #end(idle: Idle): void {
    if (idle.gone) return;
    idle.gone = true;
    const { worker } = idle;
    const ending = worker.then((ready) => ready[Symbol.asyncDispose](), () => {});
    this.#ending.add(ending);
    ending.then(() => this.#ending.delete(ending));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const { read, write } = this.#unbound;
    const idle = [...read.splice(0), ...write.splice(0), ...this.#sessions.values()];
    for (const each of idle) this.#end(each);
    this.#sessions.clear();
    await Promise.all(this.#ending);
  }
}

type Access = NonNullable<RunFolders["access"]>;

/** Returns what a waiting worker must share with its run: the folder and the right to it. */
function keyOf({ access = "write", workspace = "" }: Pick<RunFolders, "access" | "workspace">) {
  return `${access} ${workspace}`;
}

interface Idle {
  readonly worker: Promise<Worker>;
  taken: boolean;
  gone: boolean;
}
