import { decodeBody, encodeBody, encodeFrame, type Frame } from "../model/frames.ts";
import { type Ask, type Call, FRAME, type Refusal } from "../model/protocol.ts";
import { refusal, toolFailure } from "./errors.ts";
import {
  apply,
  createSafeMap,
  indexOfText,
  NativePromise,
  partOfBytes,
  setBytes,
  sliceText,
  thenPromise,
} from "./primordials.ts";
import type { RunClock } from "./run_clock.ts";

export interface HostCalls {
  /** Calls a tool; rejects with `McpToolError` or `AirlockError`. */
  callTool(server: string, tool: string, input: unknown): Promise<unknown>;
  /** Asks the host something that is no tool. */
  ask(method: string, params: unknown): Promise<unknown>;
  /** Sets how many calls may be in flight at once. */
  allow(callsInFlight: number): void;
  /** Settles a call with an answer of the host. */
  settle(frame: Frame): void;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

interface Waiting {
  readonly begin: () => void;
  next: Waiting | undefined;
}

const { captureStackTrace } = Error;
const { isArray } = Array;

/**
 * Makes the program's side of the RPC over one connection. Calls in flight are kept where no method
 * that a program could have replaced leads.
 */
export function createHostCalls(sender: FrameSender, clock: RunClock): HostCalls {
  const pending = createSafeMap<number, Pending>();
  let firstWaiting: Waiting | undefined;
  let lastWaiting: Waiting | undefined;
  let inFlight = 0;
  let maxInFlight = 1;
  let lastId = 0;

  async function request(type: number, body: unknown): Promise<unknown> {
    const bytes = encodeBody(body);
    // The stack of an answer is not the program's; errors get that of the call.
    const site: { stack?: string } = {};
    captureStackTrace(site, request);
    if (inFlight >= maxInFlight) await new NativePromise<void>(waitInLine);
    else inFlight++;
    const id = ++lastId;
    try {
      return await new NativePromise((resolve, reject) => {
        pending.set(id, { resolve, reject: (error) => reject(thrownAt(site, error)) });
        thenPromise(sender.sendBody(type, id, bytes), undefined, reject);
      });
    } finally {
      next();
    }
  }

  function waitInLine(begin: () => void): void {
    const waiting: Waiting = { begin, next: undefined };
    if (lastWaiting === undefined) firstWaiting = waiting;
    else lastWaiting.next = waiting;
    lastWaiting = waiting;
  }

  /** The place goes to the next in line, so that no new call slips in between. */
  function next(): void {
    if (firstWaiting === undefined) return void inFlight--;
    const { begin } = firstWaiting;
    firstWaiting = firstWaiting.next;
    if (firstWaiting === undefined) lastWaiting = undefined;
    begin();
  }

  return {
    async callTool(server, tool, input) {
      if (typeof server !== "string" || typeof tool !== "string") {
        throw new TypeError("Cannot call tool: its server and its name must be strings");
      }
      if (input !== undefined && input !== null && (typeof input !== "object" || isArray(input))) {
        throw new TypeError("Cannot call tool: its arguments must be an object");
      }
      const call: Call = { server, tool, arguments: input ?? {}, clock: clock.take() };
      return await request(FRAME.call, call);
    },
    async ask(method, params) {
      if (typeof method !== "string" || typeof params !== "object") {
        throw new TypeError("Cannot ask: it takes the name of a method, and an object");
      }
      const ask: Ask = { method, params, clock: clock.take() };
      return await request(FRAME.ask, ask);
    },
    allow(callsInFlight) {
      maxInFlight = callsInFlight;
    },
    settle(frame) {
      const call = pending.get(frame.id);
      pending.delete(frame.id);
      if (frame.type === FRAME.answer) call?.resolve(decodeBody(frame));
      else call?.reject(errorOf(decodeBody(frame) as Refusal));
    },
  };
}

function thrownAt({ stack = "" }: { stack?: string }, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const end = indexOfText(stack, "\n");
  error.stack = `${error.name}: ${error.message}${end === -1 ? "" : sliceText(stack, end)}`;
  return error;
}

function errorOf({ name, code, message }: Refusal): Error {
  return name === "McpToolError" ? toolFailure(message) : refusal(code, message);
}

export interface FrameSender {
  /** Queues a frame; resolves when it and all before it are written. */
  sendBody(type: number, id: number, body: Uint8Array): Promise<void>;
}

interface Queued {
  readonly frame: Uint8Array;
  next: Queued | undefined;
}

/** The most bytes of one write of several frames. */
const BATCH_BYTES = 64 * 1024;

/**
 * Makes the only writer of a connection; frames of one turn of the event loop go out together. A
 * linked list holds what waits: no method of an array is called, which a program could have replaced.
 */
export function createFrameSender(connection: Deno.Conn): FrameSender {
  const { write } = connection;
  let first: Queued | undefined;
  let last: Queued | undefined;
  let flushing: Promise<void> | undefined;

  async function flush(): Promise<void> {
    try {
      await undefined; // lets the frames of this turn gather
      while (first !== undefined) {
        const bytes = takeBatch();
        for (let written = 0; written < bytes.length;) {
          const rest = partOfBytes(bytes, written);
          written += await (apply(write, connection, [rest]) as Promise<number>);
        }
      }
    } finally {
      flushing = undefined;
    }
  }

  function takeBatch(): Uint8Array {
    const { head, size } = measureBatch();
    if (head.next === first) return head.frame;
    const batch = new Uint8Array(size);
    let at = 0;
    for (let one: Queued | undefined = head; one !== first; one = one!.next) {
      setBytes(batch, one!.frame, at);
      at += one!.frame.length;
    }
    return batch;
  }

  /** Takes frames off the list, one at least, up to a batch; returns the first and their size. */
  function measureBatch(): { head: Queued; size: number } {
    const head = first!;
    let size = 0;
    while (first !== undefined && (size === 0 || size + first.frame.length <= BATCH_BYTES)) {
      size += first.frame.length;
      first = first.next;
    }
    if (first === undefined) last = undefined;
    return { head, size };
  }

  return {
    sendBody(type, id, body) {
      const queued: Queued = { frame: encodeFrame({ type, id, body }), next: undefined };
      if (last === undefined) first = queued;
      else last.next = queued;
      last = queued;
      return flushing ??= flush();
    },
  };
}
