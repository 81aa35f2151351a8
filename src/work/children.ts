import { decodeBody, type Frame, readFrames } from "../model/frames.ts";
import type { Launchers } from "../process/find_command.ts";
import { FrameWriter } from "../process/frame_writer.ts";
import { lowerPriority, NICE, readCpuMs } from "../process/process_family.ts";
import { readStream } from "../process/read_stream.ts";
import { type ProcessGroup, spawnGroup } from "../process/spawn_group.ts";
import type { Reaper } from "../process/start_reaper.ts";
import { MAX_WORK_FRAME_BYTES } from "./work_frames.ts";

/** How a child is started, and what is told of it. */
interface StartChild {
  readonly command: ChildCommand;
  readonly reaper: Reaper;
  /** Called for each frame, its body parsed. */
  onFrame(child: WorkChild, type: number, id: number, body: unknown): void;
  /** Called when the child has ended. */
  onEnd(child: WorkChild): void;
}

interface ChildrenOptions extends StartChild {
  /** Returns how many there may be now. */
  most(): number;
  /** How long one without work is kept. */
  readonly restMs: number;
}

/** The children of a pool: started when they are needed, ended when they have rested. */
export class Children implements AsyncDisposable {
  readonly #options: ChildrenOptions;
  readonly #all = new Set<WorkChild>();
  /** Children that are killed and not gone yet. */
  readonly #ending = new Set<WorkChild>();
  #idle: WorkChild[] = [];
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ChildrenOptions) {
    this.#options = options;
  }

  /** Whether a child can be had. */
  get hasRoom(): boolean {
    return this.#idle.length > 0 || this.#all.size < this.#options.most();
  }

  take(): WorkChild {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    const onEnd = (ended: WorkChild) => this.#lose(ended);
    const child = new WorkChild({ ...this.#options, onEnd });
    this.#all.add(child);
    return child;
  }

  giveBack(child: WorkChild): void {
    if (child.isGone) return;
    this.#idle.push(child);
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      for (const resting of this.#idle.splice(0)) this.end(resting);
    }, this.#options.restMs);
    Deno.unrefTimer(this.#rest);
  }

  /** Kills a child; another may be started at once. */
  end(child: WorkChild): void {
    if (!this.#all.delete(child)) return;
    child.kill();
    this.#ending.add(child);
  }

  #lose(child: WorkChild): void {
    this.#all.delete(child);
    this.#ending.delete(child);
    this.#idle = this.#idle.filter((idle) => idle !== child);
    this.#options.onEnd(child);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#rest);
    const children = [...this.#all, ...this.#ending];
    await Promise.all(children.map((child) => child[Symbol.asyncDispose]()));
  }
}

/** A process that does one job at a time; it may be stopped and resumed at any moment. */
export class WorkChild implements AsyncDisposable {
  readonly #options: StartChild;
  readonly #group: Promise<ProcessGroup | undefined>;
  readonly #ended: Promise<void>;
  #running: ProcessGroup | undefined;
  #writer: FrameWriter | undefined;
  #isStopped = false;
  #isGone = false;
  #countedMs = 0;

  constructor(options: StartChild) {
    const { command, reaper } = options;
    this.#options = options;
    this.#group = spawnGroup(command.line, { env: command.env, cwd: "/", reaper })
      .catch(() => undefined);
    this.#ended = this.#live();
  }

  /** Whether it has ended, or is being killed. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** Sends a frame; a frame that does not arrive shows in the child's end. */
  async send(type: number, id: number, body: unknown): Promise<void> {
    await this.#group;
    await this.#writer?.send(type, id, body).catch(() => {});
  }

  stop(): void {
    this.#isStopped = true;
    this.#signal("SIGSTOP");
  }

  resume(): void {
    if (!this.#isStopped) return;
    this.#isStopped = false;
    this.#signal("SIGCONT");
  }

  /** Returns the CPU time since the last call; undefined where the system does not tell. */
  takeCpuMs(): number | undefined {
    if (this.#running === undefined) return this.#isGone ? undefined : 0;
    const total = readCpuMs(this.#running.pid);
    if (total === undefined) return undefined;
    const usedMs = Math.max(0, total - this.#countedMs);
    this.#countedMs = total;
    return usedMs;
  }

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
    // Its error output may quote a program.
    group.stderr.pipeTo(new WritableStream()).catch(() => {});
    const output = readStream(group.stdout);
    try {
      for await (const frames of readFrames(output, MAX_WORK_FRAME_BYTES)) {
        for (const frame of frames) this.#take(frame);
      }
    } catch {
      // The child died within a frame.
    }
    group.kill();
    await output.cancel();
    await group.ended;
    await input.close().catch(() => {});
    this.#end();
  }

  #take(frame: Frame): void {
    if (!this.#isGone) this.#options.onFrame(this, frame.type, frame.id, decodeBody(frame));
  }

  #end(): void {
    this.#isGone = true;
    this.#options.onEnd(this);
  }

  #signal(signal: Deno.Signal): void {
    if (!this.#isGone) this.#running?.signal(signal);
  }
}

/** V8 heap of a child; the longest text takes a fraction of it. */
const HEAP_MIB = 512;
/** Data segment, most of which V8 reserves without ever using it. */
const DATA_BYTES = 2 * 1024 * 1024 * 1024;

/** Variables by which the runtime finds the modules that the host was started from. */
const PASSED_ON = ["HOME", "DENO_DIR", "XDG_CACHE_HOME", "NPM_CONFIG_REGISTRY", "JSR_URL"];

export interface ChildCommand {
  readonly line: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Returns the command of a child: Deno without any right, on this project's own modules. It may load
 * its static graph and nothing else. Limits apply where the system has `prlimit`.
 */
export function workChildCommand(
  launchers: Launchers,
  entry = new URL("../host/work_child.ts", import.meta.url),
): ChildCommand {
  // No limit of file sizes: the runtime's cache of compiled modules may be large.
  const limits = [`--data=${DATA_BYTES}`, "--nofile=64"];
  return {
    line: [
      ...launchers.flatMap((line) => line[0]!.endsWith("/prlimit") ? [...line, ...limits] : line),
      Deno.execPath(),
      "run",
      "--quiet",
      "--no-prompt",
      "--cached-only",
      // Its own modules are remote where Airlock comes from a registry.
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

function readVariable(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch {
    return undefined;
  }
}
