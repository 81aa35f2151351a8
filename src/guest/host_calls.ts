import { decodeBody, encodeBody, encodeFrame, type Frame } from "../model/frames.ts";
import { type Ask, type Call, FRAME, type Refusal } from "../model/protocol.ts";
import { refusal, toolFailure } from "./errors.ts";
import {
  apply,
  createSafeMap,
  createSafeQueue,
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

const { captureStackTrace } = Error;
const { isArray } = Array;

/**
 * Makes the program's side of the RPC over one connection. Calls in flight are kept where no method
 * that a program could have replaced leads.
 */
export function createHostCalls(sender: FrameSender, clock: RunClock): HostCalls {
  const pending = createSafeMap<number, Pending>();
  const places = createPlaces();
  let lastId = 0;

  async function request(type: number, body: unknown): Promise<unknown> {
    const bytes = encodeBody(body);
    // The stack of an answer is not the program's; errors get that of the call.
    const site: { stack?: string } = {};
    captureStackTrace(site, request);
    const free = places.enter();
    if (free !== undefined) await free;
    const id = ++lastId;
    try {
      return await new NativePromise((resolve, reject) => {
        pending.set(id, { resolve, reject: (error) => reject(thrownAt(site, error)) });
        thenPromise(sender.sendBody(type, id, bytes), undefined, reject);
      });
    } finally {
      places.leave();
    }
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
    allow: places.allow,
    settle(frame) {
      const call = pending.get(frame.id);
      pending.delete(frame.id);
      if (frame.type === FRAME.answer) call?.resolve(decodeBody(frame));
      else call?.reject(errorOf(decodeBody(frame) as Refusal));
    },
  };
}

/** Makes the places of calls in flight. */
function createPlaces() {
  const waiting = createSafeQueue<() => void>();
  let inFlight = 0;
  let most = 1;
  return {
    allow(callsInFlight: number): void {
      most = callsInFlight;
    },
    /** Takes a place; where none is free, returns a promise of one. */
    enter(): Promise<void> | undefined {
      if (inFlight >= most) return new NativePromise<void>(waiting.push);
      inFlight++;
      return undefined;
    },
    /** Gives the place to the next in line, so that no new call slips in between. */
    leave(): void {
      const begin = waiting.shift();
      if (begin === undefined) inFlight--;
      else begin();
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

/** The most bytes of one write of several frames. */
const BATCH_BYTES = 64 * 1024;

/**
 * Makes the only writer of a connection; frames of one turn of the event loop go out together.
 */
export function createFrameSender(connection: Deno.Conn): FrameSender {
  const { write } = connection;
  const waiting = createSafeQueue<Uint8Array>();
  let flushing: Promise<void> | undefined;

  async function flush(): Promise<void> {
    try {
      await undefined; // lets the frames of this turn gather
      while (waiting.peek() !== undefined) {
        const bytes = takeBatch(waiting);
        for (let written = 0; written < bytes.length;) {
          const rest = partOfBytes(bytes, written);
          written += await (apply(write, connection, [rest]) as Promise<number>);
        }
      }
    } finally {
      flushing = undefined;
    }
  }

  return {
    sendBody(type, id, body) {
      waiting.push(encodeFrame({ type, id, body }));
      return flushing ??= flush();
    },
  };
}

/** Takes frames off the queue, one at least, up to a batch; returns their bytes. */
function takeBatch(waiting: ReturnType<typeof createSafeQueue<Uint8Array>>): Uint8Array {
  const head = waiting.shift()!;
  const rest = createSafeQueue<Uint8Array>();
  let size = head.length;
  for (let next; (next = waiting.peek()) !== undefined && size + next.length <= BATCH_BYTES;) {
    rest.push(waiting.shift()!);
    size += next.length;
  }
  if (rest.peek() === undefined) return head;
  const batch = new Uint8Array(size);
  let at = 0;
  for (let frame: Uint8Array | undefined = head; frame !== undefined; frame = rest.shift()) {
    setBytes(batch, frame, at);
    at += frame.length;
  }
  return batch;
}
