import { AirlockError } from "../model/errors.ts";

/** A small process that outlives the host and ends what the host leaves behind. */
export interface Reaper extends AsyncDisposable {
  /** Its own process id. */
  readonly pid: number;
  /**
   * Makes it kill the process group `pgid` when the host is gone.
   *
   * @throws {RangeError} for what is no group of a child, such as 0 and 1
   */
  add(pgid: number): void;
  /** Makes it forget the process group `pgid`, which has ended. */
  remove(pgid: number): void;
}

/**
 * Starts a reaper: `/bin/sh` in a session of its own, which waits for the end of a pipe that only
 * this process can write to. One serves a whole runtime. It never keeps this process from ending;
 * disposing of it does what the death of this process would do.
 *
 * @throws {AirlockError} INTERNAL where there is no POSIX shell
 */
export async function startReaper({ removeAtEnd = "" }: {
  /** A directory to remove, with all that is in it, when the host is gone. */
  readonly removeAtEnd?: string;
} = {}): Promise<Reaper> {
  // Handed over as text, so that the library also works when it is loaded from a registry.
  const script = await (await fetch(new URL("./reaper.sh", import.meta.url))).text();
  const command = new Deno.Command("/bin/sh", {
    args: ["-c", script, "reaper", removeAtEnd],
    stdin: "piped",
    stdout: "null",
    stderr: "null",
    cwd: "/",
    clearEnv: true,
    env: { PATH: "/usr/bin:/bin" },
    detached: true,
  });
  try {
    return new PipedReaper(command.spawn());
  } catch (cause) {
    throw new AirlockError("INTERNAL", "Cannot start reaper: /bin/sh could not be started", {
      cause,
    });
  }
}

class PipedReaper implements Reaper {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #encoder = new TextEncoder();

  constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#writer = child.stdin.getWriter();
    child.unref();
  }

  get pid(): number {
    return this.#child.pid;
  }

  add(pgid: number): void {
    // To `kill`, 0 is the caller's own group and 1 is every process there is.
    if (!Number.isInteger(pgid) || pgid < 2) {
      throw new RangeError(`Cannot watch process group: ${pgid} is no child's`);
    }
    this.#write(`add ${pgid}\n`);
  }

  remove(pgid: number): void {
    this.#write(`del ${pgid}\n`);
  }

  #write(line: string): void {
    // Without a reaper the host still ends its children itself.
    this.#writer.write(this.#encoder.encode(line)).catch(() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.ref();
    // The end of the pipe alone is not enough: a process that another thread starts right now may hold
    // a copy of it.
    this.#write("end\n");
    await this.#writer.close().catch(() => {});
    await this.#child.status;
  }
}
