import { findCommand } from "./find_command.ts";
import type { Reaper } from "./start_reaper.ts";

/** Time in which a process may end by itself, and then again after SIGTERM. */
const END_GRACE_MS = 500;

/**
 * Starts a program as the leader of its own process group, tied to the life of this process: it is
 * killed with its whole group when it is ended, and also when this process dies of SIGKILL.
 *
 * @param commandLine the program's absolute path and its arguments
 * @throws {Deno.errors.NotFound} where program or `cwd` do not exist
 */
export async function spawnGroup(
  commandLine: readonly string[],
  { env, cwd, reaper }: {
    /** The whole environment: nothing is inherited. */
    readonly env: Readonly<Record<string, string>>;
    readonly cwd: string;
    readonly reaper: Reaper;
  },
): Promise<ProcessGroup> {
  const [program = "", ...args] = await tieToHost(commandLine);
  const child = new Deno.Command(program, {
    args,
    env: { ...env },
    clearEnv: true,
    cwd,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    detached: true,
  }).spawn();
  reaper.add(child.pid);
  return new ProcessGroup(child, reaper);
}

/** A child process that leads a process group of its own. */
export class ProcessGroup implements AsyncDisposable {
  /** Id of the leading process, and of the group. */
  readonly pid: number;
  readonly stdin: WritableStream<Uint8Array>;
  /** The outputs of the leading process, each to be read or cancelled. */
  readonly stdout: ReadableStream<Uint8Array>;
  readonly stderr: ReadableStream<Uint8Array>;
  /** Resolves when the leading process has ended; the rest of the group is killed by then. */
  readonly ended: Promise<Deno.CommandStatus>;
  #gone = false;

  constructor(child: Deno.ChildProcess, reaper: Reaper) {
    ({ pid: this.pid, stdin: this.stdin, stdout: this.stdout, stderr: this.stderr } = child);
    this.ended = child.status.then((status) => {
      this.kill();
      this.#gone = true;
      reaper.remove(child.pid);
      return status;
    });
  }

  kill(): void {
    this.signal("SIGKILL");
  }

  /**
   * Ends the input of the leading process, which should end it; then sends SIGTERM to the group; then
   * kills it. The caller closes a writer of `stdin` that it holds before.
   *
   * @param graceMs time before SIGTERM, and again before SIGKILL
   */
  async end(graceMs = END_GRACE_MS): Promise<void> {
    if (!this.stdin.locked) await this.stdin.close().catch(() => {});
    if (await this.#endsWithin(graceMs)) return;
    this.signal("SIGTERM");
    if (await this.#endsWithin(graceMs)) return;
    this.kill();
    await this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  /** Sends a signal to the group, if there still is one. */
  signal(signal: Deno.Signal): void {
    // The system may have given the id to another process.
    if (this.#gone) return;
    try {
      Deno.kill(-this.pid, signal);
    } catch {
      // The group is empty.
    }
  }

  async #endsWithin(ms: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), ms);
    void this.ended.then(() => resolve(true));
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }
}

/**
 * Wraps a command line so that the kernel kills the process when its parent dies, where the system
 * has util-linux's `setpriv`; elsewhere gives it back unchanged. The children of that process are
 * the reaper's.
 */
async function tieToHost(commandLine: readonly string[]): Promise<readonly string[]> {
  setpriv ??= findSetpriv();
  const path = await setpriv;
  return path === undefined ? commandLine : [path, "--pdeathsig", "KILL", ...commandLine];
}

// The path, looked up once.
let setpriv: Promise<string | undefined> | undefined;

async function findSetpriv(): Promise<string | undefined> {
  const path = await findCommand("setpriv", { path: "/usr/bin:/bin", cwd: "/" });
  if (path === undefined) return undefined;
  // The setpriv of busybox does not know the option.
  const { success } = await new Deno.Command(path, {
    args: ["--pdeathsig", "KILL", "true"],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  return success ? path : undefined;
}
