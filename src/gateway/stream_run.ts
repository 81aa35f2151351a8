import type { RunEvent, RunRequest } from "../model/run_request.ts";
import type { Runtime } from "../runs/runtime_types.ts";
import { showApproval } from "./show_approval.ts";
import { createEventStream, type StreamedEvent } from "./event_stream.ts";
import type { RunSlot } from "./run_slots.ts";

/** Proxies and browsers give up on a silent connection after 30 seconds or more. */
const KEEP_ALIVE_MS = 15_000;

/** Options of {@linkcode streamRun}. */
export interface StreamRunOptions {
  readonly runtime: Runtime;
  /** Given back when the run has ended. */
  readonly slot: RunSlot;
  /** Says what the reader may know of a failure. */
  readonly toProblem: (error: unknown) => unknown;
  readonly keepAliveMs?: number;
  /** Hears of every event, beside the reader. */
  readonly onEvent?: (event: RunEvent) => void;
}

/**
 * Runs a program and tells what happens, as it happens. Resolves when the run has started; what
 * becomes of it when its reader goes away before its end is up to the slot.
 *
 * @throws what the runtime throws before the run has started
 */
export async function streamRun(
  request: RunRequest,
  { runtime, slot, toProblem, keepAliveMs = KEEP_ALIVE_MS, onEvent = () => {} }: StreamRunOptions,
): Promise<ReadableStream<Uint8Array>> {
  const started = Promise.withResolvers<void>();
  const events = createEventStream({ keepAliveMs, onGone: () => slot.leave() });
  const running = runtime.run({
    ...request,
    signal: slot.signal,
    onEvent(event) {
      events.send(toStreamed(event));
      onEvent(event);
      started.resolve();
    },
  });
  const end = () => {
    events.end();
    slot[Symbol.dispose]();
  };
  try {
    await Promise.race([started.promise, running]);
  } catch (error) {
    end();
    throw error;
  }
  running
    .then(
      (result) => events.send({ event: "result", data: result }),
      (error) => events.send({ event: "error", data: toProblem(error) }),
    )
    .finally(end);
  return events.body;
}

function toStreamed(event: RunEvent): StreamedEvent {
  switch (event.type) {
    case "started":
      return { event: "started", data: { runId: event.runId } };
    case "risk":
      return { event: "risk", data: event.risk };
    case "log":
      return { event: "log", data: event.line };
    case "call":
      return { event: "call", data: event.call };
    case "escape_attempt":
      return { event: "escape_attempt", data: event.attempt };
    case "approval":
      return { event: "approval", data: showApproval(event.approval) };
  }
}
