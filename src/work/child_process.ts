import { lowerPriority, NICE } from "../process/lower_priority.ts";
import { readStream } from "../process/read_stream.ts";
import { type ProcessGroup, spawnGroup } from "../process/spawn_group.ts";
import type { Reaper } from "../process/start_reaper.ts";
import { FrameWriter } from "../process/frame_writer.ts";
import { decodeBody, type Frame, readFrames } from "../model/frames.ts";
import { readCpuMs } from "../process/read_cpu_ms.ts";
import type { ChildCommand } from "./work_child_command.ts";
import { MAX_WORK_FRAME_BYTES } from "./work_frames.ts";

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
