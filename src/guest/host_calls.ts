import { refusal, toolFailure } from "./errors.ts";
import type { FrameSender } from "./frame_sender.ts";
import {
  createSafeMap,
  indexOfText,
  NativePromise,
  sliceText,
  thenPromise,
} from "./primordials.ts";
import { decodeBody, encodeBody, type Frame } from "../model/frames.ts";
import { type Ask, type Call, FRAME, type Refusal } from "../model/protocol.ts";
import type { RunClock } from "./run_clock.ts";

/** The program's side of the RPC. */
export interface HostCalls {
  /** Calls a tool; rejects with `McpToolError` or `AirlockError`. */
  callTool(server: string, tool: string, input: unknown): Promise<unknown>;
  /** Asks the host something that is no tool. */
  ask(method: string, params: unknown): Promise<unknown>;
  /** Sets how many may be under way at once. */
  allow(callsInFlight: number): void;
  /** Takes an answer of the host. */
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
 * Makes the program's side of the RPC over one connection. What is under way is kept where no method
 * leads that a program could have replaced.
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
    // An answer comes from nowhere in the program; what it throws points to the call.
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

  /** The place goes to the next in line, so that nobody can slip in between. */
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
