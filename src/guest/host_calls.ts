import { AirlockError, McpToolError } from "./errors.ts";
import type { FrameWriter } from "../rpc/frame_writer.ts";
import { decodeBody, encodeBody, type Frame } from "../rpc/frames.ts";
import { type Ask, type Call, FRAME, type Refusal } from "../rpc/protocol.ts";
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
  reject(error: Error): void;
}

/** Makes the program's side of the RPC over one connection. */
export function createHostCalls(writer: FrameWriter, clock: RunClock): HostCalls {
  const pending = new Map<number, Pending>();
  const waiting: (() => void)[] = [];
  let inFlight = 0;
  let maxInFlight = 1;
  let lastId = 0;

  async function request(type: number, body: unknown): Promise<unknown> {
    const bytes = encodeBody(body);
    // An answer comes from nowhere in the program; what it throws points to the call.
    const site: { stack?: string } = {};
    Error.captureStackTrace(site, request);
    if (inFlight >= maxInFlight) await new Promise<void>((resolve) => waiting.push(resolve));
    else inFlight++;
    const id = ++lastId;
    try {
      return await new Promise((resolve, reject) => {
        pending.set(id, { resolve, reject: (error) => reject(thrownAt(site, error)) });
        writer.sendBody(type, id, bytes).catch(reject);
      });
    } finally {
      // The place goes to the next in line, so that nobody can slip in between.
      const next = waiting.shift();
      if (next) next();
      else inFlight--;
    }
  }

  return {
    callTool: (server, tool, input) =>
      request(
        FRAME.call,
        { server, tool, arguments: input ?? {}, clock: clock.take() } satisfies Call,
      ),
    ask: (method, params) =>
      request(FRAME.ask, { method, params, clock: clock.take() } satisfies Ask),
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

function thrownAt({ stack = "" }: { stack?: string }, error: Error): Error {
  const frames = stack.split("\n").slice(1);
  error.stack = [`${error.name}: ${error.message}`, ...frames].join("\n");
  return error;
}

function errorOf({ name, code, message }: Refusal): Error {
  return name === "McpToolError" ? new McpToolError(message) : new AirlockError(code, message);
}
