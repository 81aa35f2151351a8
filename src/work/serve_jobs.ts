import { decodeBody, readFrames } from "../model/frames.ts";
import { FrameWriter } from "../process/frame_writer.ts";
import {
  type JobBody,
  MAX_WORK_FRAME_BYTES,
  type OutcomeBody,
  packError,
  type QuestionBody,
  unpackError,
  WORK_FRAME,
} from "./work_frames.ts";

export type Ask = (name: string, ...args: readonly unknown[]) => Promise<unknown>;

/** The jobs that a child can do, by name. Inputs and results cross as JSON. */
export type Jobs = Readonly<Record<string, (input: unknown, ask: Ask) => unknown>>;

/** Does the host's jobs, one at a time: frames on standard input and output. */
export async function serveJobs(jobs: Jobs): Promise<void> {
  const output = new FrameWriter(Deno.stdout);
  const asker = new Asker(output);
  void output.send(WORK_FRAME.hello, 0, null);
  for await (const frames of readFrames(Deno.stdin, MAX_WORK_FRAME_BYTES)) {
    for (const frame of frames) {
      const body = decodeBody(frame);
      if (frame.type === WORK_FRAME.answer) asker.take(frame.id, body as OutcomeBody);
      else void work(body as JobBody).then((did) => output.send(WORK_FRAME.outcome, frame.id, did));
    }
  }

  async function work({ name, input }: JobBody): Promise<OutcomeBody> {
    try {
      const ask: Ask = (name, ...args) => asker.ask({ name, args });
      return { value: await jobs[name]!(input, ask) ?? null };
    } catch (error) {
      return { error: packError(error) };
    }
  }
}

class Asker {
  readonly #output: FrameWriter;
  readonly #open = new Map<number, (outcome: OutcomeBody) => void>();
  #lastId = 0;
  #isNotifying = false;

  constructor(output: FrameWriter) {
    this.#output = output;
  }

  async ask(question: QuestionBody): Promise<unknown> {
    const { promise, resolve } = Promise.withResolvers<OutcomeBody>();
    const id = ++this.#lastId;
    this.#open.set(id, resolve);
    void this.#output.send(WORK_FRAME.question, id, question);
    this.#notifyWaiting();
    const outcome = await promise;
    if ("error" in outcome) throw unpackError(outcome.error);
    return outcome.value ?? undefined;
  }

  take(id: number, outcome: OutcomeBody): void {
    this.#open.get(id)?.(outcome);
    this.#open.delete(id);
    if (this.#open.size > 0) this.#notifyWaiting();
  }

  /** Tells the host that the job waits, once a turn of the event loop has done what it can. */
  #notifyWaiting(): void {
    if (this.#isNotifying) return;
    this.#isNotifying = true;
    setTimeout(() => {
      this.#isNotifying = false;
      if (this.#open.size > 0) void this.#output.send(WORK_FRAME.waits, this.#lastId, null);
    }, 0);
  }
}
