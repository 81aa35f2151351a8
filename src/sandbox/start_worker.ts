import { join } from "@std/path";
import type { Limits } from "../config/limits.ts";
import { AirlockError } from "../model/errors.ts";
import { readStream, type StreamReader } from "../process/read_stream.ts";
import { busyWhereNoMore } from "../process/no_more_now.ts";
import { removeFolderSoon } from "../process/remove_folder.ts";
import { listenForWorker, type WorkerConnections } from "../calls/listen_for_worker.ts";
import { FrameIntake } from "../calls/frame_intake.ts";
import { readGuardedFrames } from "../model/frames.ts";
import { createUnlinkedReader, createUsageReader } from "./measure_process.ts";
import { rightsOf, type WorkerCommand, workerCommand } from "./worker_command.ts";
import { type CpuCgroups, type HeldProcess, holdProcess } from "./hold_process.ts";
import {
  type AttemptRecord,
  type RecordAttemptsOptions,
  recordNothing,
  type RecordPipe,
  recordPipe,
  type RecordPipes,
  recordStream,
} from "./record_attempts.ts";
import {
  createRoom,
  recordPath,
  type Room,
  type RoomFolders,
  writeModules,
} from "./run_directory.ts";
import type { Worker } from "./sandbox.ts";
import type { Tier } from "./tier.ts";

/** What keeps track of process groups, to end them should the host die. */
export interface ProcessGroups {
  add(pgid: number): void;
  remove(pgid: number): void;
}

/** What all workers of a sandbox have in common. */
export interface WorkerSettings {
  /** The runtime's private folder, where the rooms are made. */
  readonly dir: string;
  readonly guestDir: string;
  readonly modulesDir: string;
  readonly tier: Tier;
  readonly limits: Limits;
  readonly groups: ProcessGroups;
  readonly pipes: RecordPipes;
  /** Absent where the system lets us make none. */
  readonly cgroups: CpuCgroups | undefined;
}

const START_TIMEOUT_MS = 10_000;

/**
 * Starts a worker: a `deno run` process with the least rights, within the tier, connected and waiting
 * for a program. What was begun is undone where it fails.
 *
 * @param folders that its room leads to
 * @throws {AirlockError} WORKER_UNAVAILABLE, or BUSY where the machine has no more to give now
 */
export async function startWorker(
  folders: RoomFolders,
  settings: WorkerSettings,
): Promise<Worker> {
  try {
    return await start(folders, settings);
  } catch (error) {
    throw unavailable(error);
  }
}

async function start(folders: RoomFolders, settings: WorkerSettings): Promise<Worker> {
  const { dir, tier, limits, groups, pipes } = settings;
  const name = crypto.randomUUID().slice(0, 8);
  await using starting = new AsyncDisposableStack();
  starting.defer(() => removeFolderSoon(join(dir, name)));
  const room = await createRoom(join(dir, name), { ...folders, show: tier.rooms });
  const pipe = tier.record === "pipe" ? await pipes.open(recordPath(room)) : undefined;
  const closePipe = starting.use(new DisposableStack());
  if (pipe !== undefined) closePipe.use(pipe);
  const listener = listenForWorker({
    ...(Deno.build.os === "windows" ? {} : { socketPath: join(room.dir, "rpc") }),
    limits,
  });
  starting.defer(() => listener.close());
  const { address, token } = listener;
  const command = workerCommand({ ...settings, room, address, denoPath: Deno.execPath() });
  const enclosed = tier.enclose(command, { ...settings, room });
  const child = spawn(enclosed, { cwd: room.dir, stderr: tier.record === "stderr" });
  groups.add(child.pid);
  closePipe.move();
  const attempts = recordOf(pipe ?? child, tier, {
    rights: rightsOf(command.args),
    dir: room.dir,
  });
  const flags = flagsOf(command);
  const process = starting.use(
    new WorkerProcess(child, { ...settings, room, groups, attempts, tier, flags }),
  );
  const timer = setTimeout(() => listener.close(), START_TIMEOUT_MS);
  try {
    if (token !== undefined) await process.say(`${token}\n`);
    // A worker that ends before it connects must not be waited for.
    process.exited.then(() => listener.close());
    const worker = process.connected(await listener.connected, limits);
    starting.move();
    return worker;
  } finally {
    clearTimeout(timer);
  }
}

function recordOf(
  source: RecordPipe | Deno.ChildProcess,
  tier: Tier,
  options: RecordAttemptsOptions,
): AttemptRecord {
  if ("read" in source) return recordPipe(source, options);
  return tier.record === "stderr" ? recordStream(source.stderr, options) : recordNothing(options);
}

function flagsOf({ args }: WorkerCommand): string[] {
  return args.filter((arg) => arg.startsWith("--"));
}

function spawn(
  { command, args, env }: WorkerCommand,
  { cwd, stderr }: { cwd: string; stderr: boolean },
): Deno.ChildProcess {
  return new Deno.Command(command, {
    args: [...args],
    env: { ...env },
    clearEnv: true,
    cwd,
    detached: true, // a process group of its own, that can be ended whole
    stdin: "piped", // its end tells the worker that the host is gone
    stdout: "piped", // what the program logs
    stderr: stderr ? "piped" : "null", // what an uncaught error prints, a line of any file
  }).spawn();
}

function unavailable(error: unknown): unknown {
  const known = busyWhereNoMore(error, "Cannot start worker");
  if (known instanceof AirlockError) return known;
  return new AirlockError("WORKER_UNAVAILABLE", "Cannot start worker: it could not be spawned", {
    cause: error,
  });
}

class WorkerProcess {
  readonly exited: Promise<Deno.CommandStatus>;
  readonly #child: Deno.ChildProcess;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array>;
  readonly #stdout: StreamReader;
  readonly #room: Room;
  readonly #attempts: AttemptRecord;
  readonly #tier: Tier;
  readonly #flags: readonly string[];
  readonly #held: HeldProcess;
  #connections: WorkerConnections | undefined;

  constructor(
    child: Deno.ChildProcess,
    { room, groups, attempts, tier, flags, limits, cgroups }: {
      room: Room;
      limits: Limits;
      cgroups: CpuCgroups | undefined;
      tier: Tier;
      flags: readonly string[];
      groups: ProcessGroups;
      attempts: AttemptRecord;
    },
  ) {
    this.#child = child;
    this.#room = room;
    this.#attempts = attempts;
    this.#tier = tier;
    this.#flags = flags;
    this.#stdin = child.stdin.getWriter();
    this.#stdout = readStream(child.stdout);
    this.exited = child.status.then((status) => {
      // Whatever it started is in its group, and its number is not given again before that is empty.
      this.kill();
      groups.remove(child.pid);
      return status;
    });
    this.#held = holdProcess(child.pid, { ...tier, ...limits, cgroups, exited: this.exited });
  }

  async say(line: string): Promise<void> {
    await this.#stdin.write(new TextEncoder().encode(line));
  }

  connected(connections: WorkerConnections, limits: Limits): Worker {
    this.#connections = connections;
    const { dir, targets, workspace, show } = this.#room;
    const isLinked = show === "links" && targets.workspace !== workspace;
    return {
      room: dir,
      tier: this.#tier.name,
      flags: this.#flags,
      workspace: targets.workspace,
      workspaceLink: isLinked ? workspace : undefined,
      drafts: this.#room.skills,
      connections,
      output: readGuardedFrames(this.#stdout, new FrameIntake("output", limits)),
      drain: (maxBytes) => this.#stdout.drain(maxBytes),
      attempts: this.#attempts,
      exited: this.exited,
      furnish: (files) => writeModules(this.#room, files),
      usage: createUsageReader(this.#child.pid, this.#tier),
      cpu: this.#held,
      unlinked: createUnlinkedReader(this.#child.pid, this.#tier),
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
    await this.#attempts.close();
    await this.#held[Symbol.asyncDispose]();
    this.#connections?.control.close();
    this.#connections?.program.close();
    await removeFolderSoon(this.#room.dir);
  }
}
