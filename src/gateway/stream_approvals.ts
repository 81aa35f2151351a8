import type { ApprovalQueue } from "../policy/approvals/approval_queue.ts";
import { createEventStream } from "./event_stream.ts";
import { showApproval } from "./show_approval.ts";

const KEEP_ALIVE_MS = 15_000;

/** Tells of each approval that waits, and of each that changes, until the reader goes away. */
export function streamApprovals(approvals: ApprovalQueue): ReadableStream<Uint8Array> {
  const told = new Map<string, string>();
  const events = createEventStream({ keepAliveMs: KEEP_ALIVE_MS, onGone: () => stop() });
  let isFirst = true;
  const tell = () => {
    const all = approvals.list();
    for (const approval of all.toReversed()) {
      const data = showApproval(approval);
      const before = told.get(approval.approvalId);
      const now = JSON.stringify(data);
      told.set(approval.approvalId, now);
      if (before === now || (isFirst && approval.state !== "waiting")) continue;
      events.send({ event: "approval", data });
    }
    const listed = new Set(all.map(({ approvalId }) => approvalId));
    for (const id of told.keys()) if (!listed.has(id)) told.delete(id);
    isFirst = false;
  };
  const stop = approvals.onChange(tell);
  tell();
  return events.body;
}
