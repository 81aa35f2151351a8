import type { ApprovalQueue } from "../policy/approvals/approval_queue.ts";
import type { RunEvent, RunRequest } from "../model/run_request.ts";
import type { Runtime } from "../runs/runtime.ts";
import type { RunSlot } from "./run_slots.ts";
import { showApproval } from "./show_approval.ts";
import { createEventStream } from "./server_events.ts";

/** Proxies and browsers give up on a silent connection after 30 seconds or more. */
const KEEP_ALIVE_MS = 15_000;

/**
 * Runs a program and streams its events. Resolves when the run has started; the slot decides what
 * becomes of the run when its reader leaves.
 *
 * @throws what the runtime throws before the run has started
 */
export async function streamRun(
  request: RunRequest,
  { runtime, slot, toProblem, onEvent }: {
    readonly runtime: Runtime;
    /** Disposed when the run has ended. */
    readonly slot: RunSlot;
    /** Returns what the reader may know of an error. */
    readonly toProblem: (error: unknown) => unknown;
    readonly onEvent: (event: RunEvent) => void;
  },
): Promise<ReadableStream<Uint8Array>> {
  const started = Promise.withResolvers<void>();
  const events = createEventStream({ keepAliveMs: KEEP_ALIVE_MS, onGone: () => slot.leave() });
  const running = runtime.run({
    ...request,
    signal: slot.signal,
    onEvent(event) {
      events.send({ event: event.type, data: dataOf(event) });
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

function dataOf(event: RunEvent): unknown {
  switch (event.type) {
    case "started":
      return { runId: event.runId };
    case "risk":
      return event.risk;
    case "log":
      return event.line;
    case "call":
      return event.call;
    case "escape_attempt":
      return event.attempt;
    case "approval":
      return showApproval(event.approval);
  }
}

/** Streams the approvals that wait, and then each one that changes, until the reader leaves. */
export function streamApprovals(approvals: ApprovalQueue): ReadableStream<Uint8Array> {
  const sent = new Map<string, string>();
  const events = createEventStream({ keepAliveMs: KEEP_ALIVE_MS, onGone: () => stop() });
  let isFirst = true;
  const sendAll = async () => {
    const all = await approvals.list();
    for (const approval of all.toReversed()) {
      const data = showApproval(approval);
      const before = sent.get(approval.approvalId);
      const now = JSON.stringify(data);
      sent.set(approval.approvalId, now);
      if (before === now || (isFirst && approval.state !== "waiting")) continue;
      events.send({ event: "approval", data });
    }
    const listed = new Set(all.map(({ approvalId }) => approvalId));
    for (const id of sent.keys()) if (!listed.has(id)) sent.delete(id);
    isFirst = false;
  };
  let sending = Promise.resolve();
  // What cannot be read now is read at the next change.
  const send = () => void (sending = sending.then(sendAll).catch(() => {}));
  const stop = approvals.onChange(send);
  send();
  return events.body;
}
