import { join } from "@std/path";
import { FrameIntake } from "../calls/frame_intake.ts";
import { listenForWorker, type WorkerConnections } from "../calls/listen_for_worker.ts";
import type { Limits } from "../config/limits.ts";
import { AirlockError } from "../model/errors.ts";
import { readGuardedFrames } from "../model/frames.ts";
import { busyWhereNoMore } from "../process/no_more_now.ts";
import { readStream, type StreamReader } from "../process/read_stream.ts";
import { removeFolderSoon } from "../process/remove_folder.ts";
import type { Reaper } from "../process/start_reaper.ts";
import { type CpuCgroups, type HeldProcess, holdProcess } from "./hold_process.ts";
import { createUnlinkedReader, createUsageReader } from "./measure_process.ts";
import { recordNothing, recordPipe, type RecordPipes, recordStream } from "./record_permissions.ts";
import { createRunDirectory, recordPath, socketPath, writeModules } from "./run_directory.ts";
import type { PermissionRecord, Worker } from "./sandbox.ts";
import type { RunDirectory, RunFolders, Tier, WorkerCommand } from "./tier.ts";
import { rightsOf, workerCommand } from "./worker_command.ts";

export interface WorkerSettings {
  /** The runtime's private folder, in which run directories are made. */
  readonly dir: string;
  readonly guestDir: string;
  readonly modulesDir: string;
  readonly tier: Tier;
  readonly limits: Limits;
  /** Ends process groups that outlive the host. */
  readonly groups: Pick<Reaper, "add" | "remove">;
  readonly pipes: RecordPipes;
  /** Undefined where the system lets the host make none. */
  readonly cgroups: CpuCgroups | undefined;
}

const START_TIMEOUT_MS = 10_000;

/**
 * Starts a worker: a `deno run` process with the least rights, within the tier, connected and waiting
 * for a program. A start that fails is undone.
 *
 * @param folders that its run directory shows
 * @throws {AirlockError} WORKER_UNAVAILABLE, or BUSY where the machine has no more to give now
 */
export async function startWorker(
  folders: RunFolders,
  settings: WorkerSettings,
): Promise<Worker> {
  try {
    return await start(folders, settings);
  } catch (error) {
    const known = busyWhereNoMore(error, "Cannot start worker");
    if (known instanceof AirlockError) throw known;
    throw new AirlockError("WORKER_UNAVAILABLE", "Cannot start worker: it could not be spawned", {
      cause: error,
    });
  }
}

async function start(folders: RunFolders, settings: WorkerSettings): Promise<Worker> {
  const { tier, groups } = settings;
  const dir = join(settings.dir, crypto.randomUUID().slice(0, 8));
  await using starting = new AsyncDisposableStack();
  starting.defer(() => removeFolderSoon(dir));
  const runDir = await createRunDirectory(dir, { ...folders, show: tier.folders });
  const pipe = tier.record === "pipe" ? await settings.pipes.open(recordPath(runDir)) : undefined;
  const closePipe = starting.use(new DisposableStack());
  if (pipe !== undefined) closePipe.use(pipe);
  const listener = listenForWorker({
    ...(Deno.build.os === "windows" ? {} : { socketPath: socketPath(runDir) }),
    limits: settings.limits,
  });
  starting.defer(() => listener.close());
  const { address, token } = listener;
  const command = workerCommand({ ...settings, runDir, address, denoPath: Deno.execPath() });
  const enclosed = tier.enclose(command, { ...settings, runDir });
  const child = spawn(enclosed, { cwd: dir, stderr: tier.record === "stderr" });
  groups.add(child.pid);
  closePipe.move();
  const judged = { rights: rightsOf(command.args), dir };
  const attempts = pipe !== undefined
    ? recordPipe(pipe, judged)
    : tier.record === "stderr"
    ? recordStream(child.stderr, judged)
    : recordNothing(judged);
  const flags = command.args.filter((arg) => arg.startsWith("--"));
  const process = starting.use(
    new WorkerProcess(child, { runDir, attempts, flags }, settings),
  );
  const timer = setTimeout(() => listener.close(), START_TIMEOUT_MS);
  try {
    if (token !== undefined) await process.writeLine(token);
    // A worker that ends before it connects ends the wait for it.
    process.exited.then(() => listener.close());
    const worker = process.connected(await listener.connected);
    starting.move();
    return worker;
  } finally {
    clearTimeout(timer);
  }
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

interface Started {
  readonly runDir: RunDirectory;
  readonly attempts: PermissionRecord;
  readonly flags: readonly string[];
}

class WorkerProcess {
  readonly exited: Promise<Deno.CommandStatus>;
  readonly #child: Deno.ChildProcess;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array>;
  readonly #stdout: StreamReader;
  readonly #started: Started;
  readonly #settings: WorkerSettings;
  readonly #held: HeldProcess;
  #connections: WorkerConnections | undefined;

  constructor(child: Deno.ChildProcess, started: Started, settings: WorkerSettings) {
    const { groups, tier: { holdable }, limits: { cpuShare }, cgroups } = settings;
    this.#child = child;
    this.#started = started;
    this.#settings = settings;
    this.#stdin = child.stdin.getWriter();
    this.#stdout = readStream(child.stdout);
    this.exited = child.status.then((status) => {
      // All that it started is in its group, whose number is not given again before that is empty.
      this.kill();
      groups.remove(child.pid);
      return status;
    });
    const { exited } = this;
    this.#held = holdProcess(child.pid, { holdable, cpuShare, cgroups, exited });
  }

  async writeLine(line: string): Promise<void> {
    await this.#stdin.write(new TextEncoder().encode(`${line}\n`));
  }

  connected(connections: WorkerConnections): Worker {
    this.#connections = connections;
    const { runDir, flags, attempts } = this.#started;
    const { tier, limits } = this.#settings;
    const { dir, targets, workspace, skills, show } = runDir;
    const isLinked = show === "links" && targets.workspace !== workspace;
    return {
      dir,
      tier: tier.name,
      flags,
      workspace: targets.workspace,
      workspaceLink: isLinked ? workspace : undefined,
      drafts: skills,
      connections,
      output: readGuardedFrames(this.#stdout, new FrameIntake("output", limits)),
      drain: (maxBytes) => this.#stdout.drain(maxBytes),
      attempts,
      exited: this.exited,
      writeModules: (files) => writeModules(runDir, files),
      usage: createUsageReader(this.#child.pid, tier),
      cpu: this.#held,
      unlinked: createUnlinkedReader(this.#child.pid, tier),
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
    await this.#started.attempts.close();
    await this.#held[Symbol.asyncDispose]();
    this.#connections?.control.close();
    this.#connections?.program.close();
    await removeFolderSoon(this.#started.runDir.dir);
  }
}
