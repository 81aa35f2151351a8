import type { Approval } from "../../model/approval.ts";
import type { ApprovalQueue } from "../../policy/approvals/approval_queue.ts";
import { type ApprovalForm, decisionOf, formOf } from "./approval_form.ts";
import type { Asking } from "./asking.ts";

/** Options of {@linkcode askWhileRunning}. */
export interface AskWhileRunningOptions {
  readonly approvals: ApprovalQueue;
  /** Whose client it is. */
  readonly principal: string;
  /** Has the client show a form; resolves to its answer, as it came. */
  readonly elicit: (form: ApprovalForm, options: ElicitOptions) => Promise<unknown>;
  /** The approvals that a run waits for; none where the caller may not know of it. */
  readonly waitingOf: (runId: string) => readonly Approval[];
  /** Tells the client that the call is still under way; undefined where it hears of no progress. */
  readonly keepAlive?: ((approval: Approval) => void) | undefined;
  /** How often. Default: every 15 seconds. */
  readonly keepAliveMs?: number;
  /** How long a client waits that hears of no progress. */
  readonly waitMs: number;
}

/** Options of a question. */
export interface ElicitOptions {
  /** Aborts when it needs no answer any more. */
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

const KEEP_ALIVE_MS = 15_000;
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Asks while the run is under way, one question after the other, as clients of the handshake's
 * revisions can be asked. An answer counts also when the call was answered before it came.
 */
export function askWhileRunning(options: AskWhileRunningOptions): Asking {
  const { approvals, waitingOf, keepAlive, keepAliveMs = KEEP_ALIVE_MS, waitMs } = options;
  const patience = new AbortController();
  const heardOf = new Set<string>();
  const waitedFor = new Set<string>();
  let asking = Promise.resolve();
  let timer: ReturnType<typeof setTimeout> | undefined;
  // Without anybody who can be asked, nothing would wait.
  const stopBeingThere = approvals.onAsk(() => {});

  function hear(approval: Approval): void {
    if (heardOf.has(approval.approvalId)) return;
    heardOf.add(approval.approvalId);
    timer ??= keepAlive === undefined
      ? setTimeout(() => patience.abort(), waitMs)
      : setInterval(() => keepAlive(approval), keepAliveMs);
    asking = asking.then(async () => {
      if (patience.signal.aborted || await ask(approval, options)) return;
      patience.abort();
    });
  }

  return {
    patience: { waitMs: Infinity, waitSignal: patience.signal },
    hear(event) {
      if (event.type === "approval") hear(event.approval);
    },
    resumes: (runId) => waitingOf(runId).forEach(hear),
    // Another may have begun it, with less patience; once for each approval, so that it has an end.
    goesOn({ status, approvals: ids }) {
      const isNew = ids.some((id) => !waitedFor.has(id));
      for (const id of ids) waitedFor.add(id);
      return status === "waiting" && isNew && !patience.signal.aborted;
    },
    answer: () => Promise.resolve(undefined),
    [Symbol.dispose]() {
      clearTimeout(timer);
      stopBeingThere();
    },
  };
}

/** Resolves to whether it is decided, here or elsewhere. */
async function ask(
  { approvalId, expiresAt }: Approval,
  { approvals, principal, elicit }: AskWhileRunningOptions,
): Promise<boolean> {
  const isWaiting = () => approvals.find(approvalId)?.state === "waiting";
  const approval = approvals.find(approvalId);
  if (approval?.state !== "waiting") return true;
  const decided = new AbortController();
  const stopLooking = approvals.onChange(() => isWaiting() || decided.abort());
  try {
    const form = formOf(approval, approvals.codeOf(approval), approvals.skillsOf(approval));
    const timeoutMs = Math.min(Math.max(1, expiresAt - Date.now()), MAX_TIMER_MS);
    const answer = await elicit(form, { signal: decided.signal, timeoutMs });
    const decision = decisionOf(answer, { approval, form, principal });
    if (decision !== undefined) approvals.decide(approvalId, decision);
  } catch {
    // The client has gone or answers something else, or somebody was quicker.
  } finally {
    stopLooking();
  }
  return !isWaiting();
}
