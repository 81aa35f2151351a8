import type { RoomFolders } from "./room.ts";
import type { Reservation, Sandbox, Worker } from "./sandbox.ts";
import { startWorker, type WorkerSettings } from "./start_worker.ts";

/** Options of {@linkcode createWorkerPool}. */
export interface CreateWorkerPoolOptions extends WorkerSettings {
  /** The folder of the wrappers, which all workers see. */
  readonly folders: RoomFolders;
  /** Workers kept waiting for runs that have no session. */
  readonly idleWorkers: number;
  /** Sessions for whose next run a worker is kept waiting; the one used longest ago gives way. */
  readonly idleSessions: number;
}

/** A run that takes longer is not waited for. */
const REFILL_LATEST_MS = 50;

/**
 * Makes a sandbox that keeps workers ready: started and connected, without a program. Each still runs
 * one program and is gone. A worker's rights name its folders, so that one for a session waits only
 * for runs of that session.
 */
export function createWorkerPool(options: CreateWorkerPoolOptions): Sandbox {
  return new WorkerPool(options);
}

class WorkerPool implements Sandbox {
  readonly #options: CreateWorkerPoolOptions;
  readonly #unbound: Idle[] = [];
  readonly #sessions = new Map<string, Idle>();
  readonly #ending = new Set<Promise<void>>();
  #closed = false;

  constructor(options: CreateWorkerPoolOptions) {
    this.#options = options;
    this.#refill();
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
    const idle = this.#takeOf(workspace);
    if (idle !== undefined) this.#end(idle);
  }

  #keepOrEnd(idle: Idle, { workspace }: RoomFolders): void {
    const { idleWorkers, idleSessions } = this.#options;
    if (this.#closed) return this.#end(idle);
    if (workspace !== undefined && idleSessions > 0 && !this.#sessions.has(workspace)) {
      return this.#keepForSession(workspace, idle);
    }
    if (workspace === undefined && this.#unbound.length < idleWorkers) this.#unbound.push(idle);
    else this.#end(idle);
  }

  async #next(folders: RoomFolders): Promise<Worker> {
    const idle = folders.workspace === undefined
      ? this.#unbound.shift()
      : this.#takeOf(folders.workspace);
    if (idle !== undefined && !idle.gone) {
      idle.taken = true;
      const worker = await idle.worker.catch(() => undefined);
      if (worker !== undefined) return worker;
    }
    return await startWorker(folders, this.#options);
  }

  #takeOf(workspace: string): Idle | undefined {
    const idle = this.#sessions.get(workspace);
    this.#sessions.delete(workspace);
    return idle;
  }

  /** Starting a worker keeps a core busy, which a run in progress is better served by. */
  #refillAfter({ exited }: Worker, folders: RoomFolders): void {
    const { workspace } = folders;
    const refill = () => {
      clearTimeout(timer);
      if (this.#closed) return;
      if (workspace === undefined) this.#refill();
      else this.#waitForSession(folders, workspace);
    };
    const timer = setTimeout(refill, REFILL_LATEST_MS);
    exited.then(refill);
  }

  #refill(): void {
    const { folders, idleWorkers } = this.#options;
    while (this.#unbound.length < idleWorkers) this.#unbound.push(this.#start(folders));
  }

  #waitForSession(folders: RoomFolders, workspace: string): void {
    if (this.#options.idleSessions === 0 || this.#sessions.has(workspace)) return;
    this.#keepForSession(workspace, this.#start(folders));
  }

  #keepForSession(workspace: string, idle: Idle): void {
    this.#sessions.set(workspace, idle);
    for (const [oldest, idle] of this.#sessions) {
      if (this.#sessions.size <= this.#options.idleSessions) break;
      this.#sessions.delete(oldest);
      this.#end(idle);
    }
  }

  #start(folders: RoomFolders): Idle {
    return this.#watch(startWorker(folders, this.#options));
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
    for (const idle of [...this.#unbound.splice(0), ...this.#sessions.values()]) this.#end(idle);
    this.#sessions.clear();
    await Promise.all(this.#ending);
  }
}

interface Idle {
  readonly worker: Promise<Worker>;
  /** It has gone to a run, which ends it. */
  taken: boolean;
  /** It ended while it waited, or was ended. */
  gone: boolean;
}
