import { decodeBody, type Frame, readFrames } from "../model/frames.ts";
import type { Launchers } from "../process/find_command.ts";
import { FrameWriter } from "../process/frame_writer.ts";
import { lowerPriority, NICE, readCpuMs } from "../process/process_family.ts";
import { readStream } from "../process/read_stream.ts";
import { type ProcessGroup, spawnGroup } from "../process/spawn_group.ts";
import type { Reaper } from "../process/start_reaper.ts";
import { MAX_WORK_FRAME_BYTES } from "./work_frames.ts";

/** Options of {@linkcode Children}. */
export interface ChildrenOptions {
  /** How many there may be now. */
  most(): number;
  /** How long one without work is kept. */
  readonly restMs: number;
  start(): Omit<StartChildOptions, "gone">;
  /** Hears that one has ended. */
  gone(child: WorkChild): void;
}

/** The children of a pool: started when they are needed, ended when they have rested. */
export class Children implements AsyncDisposable {
  readonly #options: ChildrenOptions;
  readonly #all = new Set<WorkChild>();
  /** Killed, and not gone yet. */
  readonly #ending = new Set<WorkChild>();
  #idle: WorkChild[] = [];
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ChildrenOptions) {
    this.#options = options;
  }

  /** Whether one can be had. */
  get hasRoom(): boolean {
    return this.#idle.length > 0 || this.#all.size < this.#options.most();
  }

  /** Gives one that has no work. */
  take(): WorkChild {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    const child: WorkChild = startChild({
      ...this.#options.start(),
      gone: () => this.#lose(child),
    });
    this.#all.add(child);
    return child;
  }

  /** Takes back one whose work is done. */
  giveBack(child: WorkChild): void {
    if (child.isGone) return;
    this.#idle.push(child);
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      for (const resting of this.#idle.splice(0)) this.end(resting);
    }, this.#options.restMs);
    Deno.unrefTimer(this.#rest);
  }

  /** Kills one; there is room for another at once. */
  end(child: WorkChild): void {
    if (!this.#all.delete(child)) return;
    child.kill();
    this.#ending.add(child);
  }

  #lose(child: WorkChild): void {
    this.#all.delete(child);
    this.#ending.delete(child);
    this.#idle = this.#idle.filter((idle) => idle !== child);
    this.#options.gone(child);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#rest);
    const children = [...this.#all, ...this.#ending];
    await Promise.all(children.map((child) => child[Symbol.asyncDispose]()));
  }
}

/** What hears a child. */
export interface ChildListener {
  /** Takes a frame, its body parsed. */
  heard(child: WorkChild, type: number, id: number, body: unknown): void;
  /** Says that nothing more comes. */
  gone(): void;
}

/** Options of {@linkcode startChild}. */
export interface StartChildOptions extends ChildListener {
  readonly command: ChildCommand;
  readonly reaper: Reaper;
}

/** Starts a child; what is sent to it meanwhile waits. */
export function startChild(options: StartChildOptions): WorkChild {
  return new WorkChild(options);
}

/** A process that does one job at a time; it may be stopped and let go on at any moment. */
export class WorkChild implements AsyncDisposable {
  readonly #listener: ChildListener;
  readonly #group: Promise<ProcessGroup | undefined>;
  readonly #ended: Promise<void>;
  #running: ProcessGroup | undefined;
  #writer: FrameWriter | undefined;
  #isStopped = false;
  #isGone = false;
  #countedMs = 0;

  constructor({ command, reaper, ...listener }: StartChildOptions) {
    this.#listener = listener;
    this.#group = spawnGroup(command.line, { env: command.env, cwd: "/", reaper })
      .catch(() => undefined);
    this.#ended = this.#live();
  }

  /** Whether it can do nothing any more. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** Sends a frame. That it does not arrive shows in the child's end. */
  async send(type: number, id: number, body: unknown): Promise<void> {
    await this.#group;
    await this.#writer?.send(type, id, body).catch(() => {});
  }

  /** Lets it stand still. */
  stop(): void {
    this.#isStopped = true;
    this.#signal("SIGSTOP");
  }

  /** Lets it go on. */
  goOn(): void {
    if (!this.#isStopped) return;
    this.#isStopped = false;
    this.#signal("SIGCONT");
  }

  /** The CPU time that it used since this was asked the last time; undefined where nothing tells. */
  takeCpuMs(): number | undefined {
    if (this.#running === undefined) return this.#isGone ? undefined : 0;
    const total = readCpuMs(this.#running.pid);
    if (total === undefined) return undefined;
    const news = Math.max(0, total - this.#countedMs);
    this.#countedMs = total;
    return news;
  }

  /** Ends it at once. */
  kill(): void {
    this.#isGone = true;
    this.#running?.kill();
  }

  /** Kills it and waits until nothing of it is left. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.kill();
    await this.#ended;
  }

  async #live(): Promise<void> {
    const group = await this.#group;
    if (group === undefined) return this.#end();
    this.#running = group;
    lowerPriority(group.pid, NICE.work);
    const input = group.stdin.getWriter();
    this.#writer = new FrameWriter({
      async write(bytes) {
        await input.write(bytes);
        return bytes.length;
      },
    });
    if (this.#isGone) group.kill();
    else if (this.#isStopped) this.#signal("SIGSTOP");
    // What it says when it dies may quote a program.
    group.stderr.pipeTo(new WritableStream()).catch(() => {});
    const output = readStream(group.stdout);
    try {
      for await (const frames of readFrames(output, MAX_WORK_FRAME_BYTES)) {
        for (const frame of frames) this.#hear(frame);
      }
    } catch {
      // A child that dies within a frame is a child that died.
    }
    group.kill();
    await output.cancel();
    await group.ended;
    await input.close().catch(() => {});
    this.#end();
  }

  #hear(frame: Frame): void {
    if (!this.#isGone) this.#listener.heard(this, frame.type, frame.id, decodeBody(frame));
  }

  #end(): void {
    this.#isGone = true;
    this.#listener.gone();
  }

  #signal(signal: Deno.Signal): void {
    if (!this.#isGone) this.#running?.signal(signal);
  }
}

/** The heap of a child; a text of the greatest length takes a fraction of it. */
const HEAP_MIB = 512;
/** V8 reserves room that counts as data without ever being in memory. */
const DATA_BYTES = 2 * 1024 * 1024 * 1024;

/** Where the runtime finds the modules that the host was started from. */
const PASSED_ON = ["HOME", "DENO_DIR", "XDG_CACHE_HOME", "NPM_CONFIG_REGISTRY", "JSR_URL"];

/** A command line and all of its environment. */
export interface ChildCommand {
  readonly line: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The command of a child: Deno without any right, on this project's own modules. What is in its
 * static graph it may load; nothing else. Limits and niceness are there where the system has them.
 */
export function workChildCommand(
  launchers: Launchers,
  entry = new URL("../host/work_child.ts", import.meta.url),
): ChildCommand {
  // None of files: what it writes is the runtime's cache of compiled modules, which may be large.
  const limits = [`--data=${DATA_BYTES}`, "--nofile=64"];
  return {
    line: [
      ...launchers.flatMap((line) => line[0]!.endsWith("/prlimit") ? [...line, ...limits] : line),
      Deno.execPath(),
      "run",
      "--quiet",
      "--no-prompt",
      "--cached-only",
      // From a registry its own modules are remote ones.
      ...(entry.protocol === "file:" ? ["--no-remote", "--deny-import"] : []),
      `--v8-flags=--max-old-space-size=${HEAP_MIB}`,
      entry.href,
    ],
    env: {
      NO_COLOR: "1",
      DENO_NO_UPDATE_CHECK: "1",
      ...Object.fromEntries(PASSED_ON.flatMap((name) => {
        const value = readVariable(name);
        return value === undefined ? [] : [[name, value]];
      })),
    },
  };
}

/** An embedder need not give the right to read it. */
function readVariable(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch {
    return undefined;
  }
}
