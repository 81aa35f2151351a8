import type { Isolation } from "../config/isolation.ts";
import type { RiskLevel } from "../model/risk.ts";
import { findCpuCgroups } from "./hold_process.ts";
import { openTier } from "./open_tier.ts";
import { RecordPipes } from "./record_attempts.ts";
import type { RoomFolders } from "./run_directory.ts";
import type { Reservation, Sandbox, Worker } from "./sandbox.ts";
import { startWorker, type WorkerSettings } from "./start_worker.ts";
import { type CreateTierOptions, tierAtRisk, tiersInUse } from "./tier.ts";

/** The sandboxes of a runtime, one for each tier in use. */
export interface Sandboxes extends AsyncDisposable {
  /** Where a program of a level runs. */
  at(level: RiskLevel): Sandbox;
  /** Ends what waits for runs of a session that is no more, by the path of its folder. */
  forget(workspace: string): void;
}

/** Options of {@linkcode openSandboxes}. */
export interface OpenSandboxesOptions
  extends CreateTierOptions, Omit<CreateWorkerPoolOptions, "tier" | "pipes" | "cgroups"> {
  readonly isolation: Isolation;
}

/**
 * Opens every tier that a program may need, before the first one comes. Workers wait only in that of
 * low risk: which level a program has is known after it was read.
 *
 * @throws {AirlockError} TIER_UNAVAILABLE with all that the machine lacks for any of them
 */
export async function openSandboxes(options: OpenSandboxesOptions): Promise<Sandboxes> {
  const { isolation } = options;
  await using opening = new AsyncDisposableStack();
  const sandboxes = new Map<string, Sandbox>();
  const shared = { pipes: new RecordPipes(options.dir), cgroups: await findCpuCgroups() };
  for (const [index, name] of tiersInUse(isolation).entries()) {
    const runtime = name === "container" ? isolation.runtime : undefined;
    const tier = await openTier({ tier: name, runtime }, options);
    const waiting = index === 0 ? {} : { idleWorkers: 0, idleSessions: 0 };
    sandboxes.set(name, opening.use(createWorkerPool({ ...options, ...waiting, ...shared, tier })));
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

/** Options of {@linkcode createWorkerPool}. */
export interface CreateWorkerPoolOptions extends WorkerSettings {
  /** The folder of the wrappers, which all workers see. */
  readonly folders: RoomFolders;
  /** Workers kept waiting for runs that have no session. */
  readonly idleWorkers: number;
  /** Told of each worker that is started, or taken by a run. */
  readonly onWorker?: (event: "started" | "taken_waiting" | "taken_fresh") => void;
  /** Sessions for whose next run a worker is kept waiting; the one used longest ago gives way. */
  readonly idleSessions: number;
}

/** A run that takes longer is not waited for. */
const REFILL_LATEST_MS = 50;

/**
 * Makes a sandbox that keeps workers ready: started and connected, without a program. Each still runs
 * one program and is gone. A worker's rights name its folders and what it may do with them, so that
 * one for a session waits only for runs of that session, and of the same right.
 */
export function createWorkerPool(options: CreateWorkerPoolOptions): Sandbox {
  return new WorkerPool(options);
}

class WorkerPool implements Sandbox {
  readonly #options: CreateWorkerPoolOptions;
  readonly #unbound: Readonly<Record<Access, Idle[]>> = { read: [], write: [] };
  readonly #sessions = new Map<string, Idle>();
  readonly #ending = new Set<Promise<void>>();
  #closed = false;

  constructor(options: CreateWorkerPoolOptions) {
    this.#options = options;
    this.#refill(options.folders);
  }

  reserve(folders: RoomFolders): Reservation {
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

  #keepOrEnd(idle: Idle, folders: RoomFolders): void {
    const { workspace } = folders;
    const unbound = this.#unboundOf(folders);
    const { idleWorkers, idleSessions } = this.#options;
    if (this.#closed) return this.#end(idle);
    const key = keyOf(folders);
    if (workspace !== undefined && idleSessions > 0 && !this.#sessions.has(key)) {
      return this.#keepForSession(key, idle);
    }
    if (workspace === undefined && unbound.length < idleWorkers) unbound.push(idle);
    else this.#end(idle);
  }

  async #next(folders: RoomFolders): Promise<Worker> {
    const idle = folders.workspace === undefined
      ? this.#unboundOf(folders).shift()
      : this.#takeOf(folders);
    if (idle !== undefined && !idle.gone) {
      idle.taken = true;
      const worker = await idle.worker.catch(() => undefined);
      if (worker !== undefined) {
        this.#options.onWorker?.("taken_waiting");
        return worker;
      }
    }
    this.#options.onWorker?.("taken_fresh");
    return await this.#startWorker(folders);
  }

  #takeOf(folders: Pick<RoomFolders, "access" | "workspace">): Idle | undefined {
    const key = keyOf(folders);
    const idle = this.#sessions.get(key);
    this.#sessions.delete(key);
    return idle;
  }

  #unboundOf({ access = "write" }: RoomFolders): Idle[] {
    return this.#unbound[access];
  }

  /** Starting a worker keeps a core busy, which a run in progress is better served by. */
  #refillAfter({ exited }: Worker, folders: RoomFolders): void {
    const refill = () => {
      clearTimeout(timer);
      if (this.#closed) return;
      if (folders.workspace === undefined) this.#refill(folders);
      else this.#waitForSession(folders);
    };
    const timer = setTimeout(refill, REFILL_LATEST_MS);
    exited.then(refill);
  }

  #refill(folders: RoomFolders): void {
    const unbound = this.#unboundOf(folders);
    while (unbound.length < this.#options.idleWorkers) unbound.push(this.#start(folders));
  }

  #waitForSession(folders: RoomFolders): void {
    const key = keyOf(folders);
    if (this.#options.idleSessions === 0 || this.#sessions.has(key)) return;
    this.#keepForSession(key, this.#start(folders));
  }

  #keepForSession(key: string, idle: Idle): void {
    this.#sessions.set(key, idle);
    for (const [oldest, idle] of this.#sessions) {
      if (this.#sessions.size <= this.#options.idleSessions) break;
      this.#sessions.delete(oldest);
      this.#end(idle);
    }
  }

  #start(folders: RoomFolders): Idle {
    return this.#watch(this.#startWorker(folders));
  }

  #startWorker(folders: RoomFolders): Promise<Worker> {
    this.#options.onWorker?.("started");
    return startWorker(folders, this.#options);
  }

  #watch(worker: Promise<Worker>): Idle {
    const idle: Idle = { worker, taken: false, gone: false };
    // A machine that cannot start workers says so to the run that needs one.
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

type Access = NonNullable<RoomFolders["access"]>;

/** A worker waits for runs in the same folder that may do the same there. */
function keyOf({ access = "write", workspace = "" }: Pick<RoomFolders, "access" | "workspace">) {
  return `${access} ${workspace}`;
}

interface Idle {
  readonly worker: Promise<Worker>;
  /** It has gone to a run, which ends it. */
  taken: boolean;
  /** It ended while it waited, or was ended. */
  gone: boolean;
}
