import { join } from "@std/path";
import { AirlockError } from "../errors.ts";
import { listenForWorker, type WorkerConnections } from "../rpc/listen_for_worker.ts";
import { readFrames } from "../rpc/protocol.ts";
import { readStream, type StreamReader } from "../process/read_stream.ts";
import { processUsage } from "./process_usage.ts";
import { createRoom, furnishRoom, type Room } from "./room.ts";
import type { Sandbox, StartWorkerOptions, Worker } from "./sandbox.ts";
import type { Tier } from "./tier.ts";
import { type WorkerCommand, workerCommand } from "./worker_command.ts";

/** What keeps track of process groups, to end them should the host die. */
export interface ProcessGroups {
  add(pgid: number): void;
  remove(pgid: number): void;
}

/** Options of {@linkcode createSandbox}. */
export interface CreateSandboxOptions {
  /** The runtime's private folder, where the rooms are made. */
  readonly dir: string;
  readonly guestDir: string;
  readonly modulesDir: string;
  readonly tier: Tier;
  readonly groups: ProcessGroups;
}

const START_TIMEOUT_MS = 10_000;

/** Makes the sandbox: each worker a `deno run` process with the least rights, within the tier. */
export function createSandbox(options: CreateSandboxOptions): Sandbox {
  return {
    async start(start) {
      const room = await createRoom(join(options.dir, start.runId), {
        ...start.folders,
        show: options.tier.rooms,
      });
      return await startWorker(room, { ...options, ...start });
    },
  };
}

async function startWorker(
  room: Room,
  options: CreateSandboxOptions & StartWorkerOptions,
): Promise<Worker> {
  const listener = listenForWorker({
    ...(Deno.build.os === "windows" ? {} : { socketPath: join(room.dir, "rpc") }),
    maxFrameBytes: options.limits.callBytes,
  });
  const { address, token } = listener;
  const command = workerCommand({ ...options, room, address, denoPath: Deno.execPath() });
  const child = spawn(options.tier.enclose(command, { ...options, room }), room.dir);
  options.groups.add(child.pid);
  const process = new WorkerProcess(child, { room, groups: options.groups });
  const timer = setTimeout(() => listener.close(), START_TIMEOUT_MS);
  try {
    if (token !== undefined) await process.say(`${token}\n`);
    // A worker that ends before it connects must not be waited for.
    process.exited.then(() => listener.close());
    const [module, connections] = await Promise.all([
      furnishRoom(room, options.files),
      listener.connected,
    ]);
    return process.connected(connections, { module, maxFrameBytes: options.limits.callBytes });
  } catch (error) {
    await process[Symbol.asyncDispose]();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function spawn({ command, args, env }: WorkerCommand, cwd: string): Deno.ChildProcess {
  try {
    return new Deno.Command(command, {
      args: [...args],
      env: { ...env },
      clearEnv: true,
      cwd,
      detached: true, // a process group of its own, that can be ended whole
      stdin: "piped", // its end tells the worker that the host is gone
      stdout: "piped", // what the program logs
      stderr: "null", // an uncaught error can be made to print a line of any file
    }).spawn();
  } catch (cause) {
    throw new AirlockError("WORKER_UNAVAILABLE", "Cannot start worker: it could not be spawned", {
      cause,
    });
  }
}

interface ConnectedOptions {
  readonly module: string;
  readonly maxFrameBytes: number;
}

class WorkerProcess {
  readonly exited: Promise<Deno.CommandStatus>;
  readonly #child: Deno.ChildProcess;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array>;
  readonly #stdout: StreamReader;
  readonly #room: Room;
  #connections: WorkerConnections | undefined;

  constructor(
    child: Deno.ChildProcess,
    { room, groups }: { room: Room; groups: ProcessGroups },
  ) {
    this.#child = child;
    this.#room = room;
    this.#stdin = child.stdin.getWriter();
    this.#stdout = readStream(child.stdout);
    this.exited = child.status.then((status) => {
      // Whatever it started is in its group, and its number is not given again before that is empty.
      this.kill();
      groups.remove(child.pid);
      return status;
    });
  }

  async say(line: string): Promise<void> {
    await this.#stdin.write(new TextEncoder().encode(line));
  }

  connected(connections: WorkerConnections, { module, maxFrameBytes }: ConnectedOptions): Worker {
    this.#connections = connections;
    return {
      room: this.#room.dir,
      connections,
      output: readFrames(this.#stdout, maxFrameBytes),
      module,
      exited: this.exited,
      usage: () => processUsage(this.#child.pid),
      kill: () => this.kill(),
      [Symbol.asyncDispose]: () => this[Symbol.asyncDispose](),
    };
  }

  kill(): void {
    try {
      Deno.kill(Deno.build.os === "windows" ? this.#child.pid : -this.#child.pid, "SIGKILL");
    } catch {
      // The group is empty.
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill();
    await this.exited;
    await this.#stdin.close().catch(() => {});
    await this.#stdout.cancel();
    this.#connections?.control.close();
    this.#connections?.program.close();
    await Deno.remove(this.#room.dir, { recursive: true });
  }
}
