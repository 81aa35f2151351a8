import type { Approval } from "../../model/approval.ts";
import type { ApprovalQueue } from "../../policy/approvals/approval_queue.ts";
import { decisionOf, formOf } from "./approval_form.ts";
import type { Asking, Elicit } from "./asking.ts";

/** The queue, the client, and how long it waits. */
interface AskWhileRunningOptions {
  readonly approvals: ApprovalQueue;
  /** Principal of the client. */
  readonly principal: string;
  readonly elicit: Elicit;
  /** The approvals that a run waits for; none where the caller may not access the run. */
  readonly waitingOf: (runId: string) => Promise<readonly Approval[]>;
  /** Reports to the client that the call is active; undefined where it receives no progress. */
  readonly keepAlive?: ((approval: Approval) => void) | undefined;
  /** Default: every 15 seconds. */
  readonly keepAliveMs?: number;
  /** How long a client without progress waits. */
  readonly waitMs: number;
}

const KEEP_ALIVE_MS = 15_000;
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Asks while the run is active, one question after the other, as the revisions with a handshake allow.
 * An answer counts even if the call ended before it came.
 */
export function askWhileRunning(options: AskWhileRunningOptions): Asking {
  const { approvals, waitingOf, keepAlive, keepAliveMs = KEEP_ALIVE_MS, waitMs } = options;
  const patience = new AbortController();
  const askedIds = new Set<string>();
  const waitedIds = new Set<string>();
  let asking = Promise.resolve();
  let timer: ReturnType<typeof setTimeout> | undefined;
  // Without a subscriber the queue has no person to ask, and nothing would wait.
  const unsubscribe = approvals.onAsk(() => {});

  function enqueue(approval: Approval): void {
    if (askedIds.has(approval.approvalId)) return;
    askedIds.add(approval.approvalId);
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
    onEvent(event) {
      if (event.type === "approval") enqueue(event.approval);
    },
    onResume: async (runId) => (await waitingOf(runId)).forEach(enqueue),
    // Another caller may have started it, with a shorter wait. Once for each approval, so that it ends.
    continues({ status, approvals: ids }) {
      const isNew = ids.some((id) => !waitedIds.has(id));
      for (const id of ids) waitedIds.add(id);
      return status === "waiting" && isNew && !patience.signal.aborted;
    },
    answer: () => Promise.resolve(undefined),
    [Symbol.dispose]() {
      clearTimeout(timer);
      unsubscribe();
    },
  };
}

/** Resolves to whether it is decided, here or elsewhere. */
async function ask(
  { approvalId, expiresAt }: Approval,
  { approvals, principal, elicit }: AskWhileRunningOptions,
): Promise<boolean> {
  const isWaiting = async () => (await approvals.find(approvalId))?.state === "waiting";
  const approval = await approvals.find(approvalId);
  if (approval?.state !== "waiting") return true;
  const decided = new AbortController();
  const unsubscribe = approvals.onChange(() => {
    isWaiting().then((waits) => waits || decided.abort(), () => {});
  });
  try {
    const [code, skills] = [await approvals.codeOf(approval), await approvals.skillsOf(approval)];
    const form = formOf(approval, code, skills);
    const timeoutMs = Math.min(Math.max(1, expiresAt - Date.now()), MAX_TIMER_MS);
    const answer = await elicit(form, { signal: decided.signal, timeoutMs });
    const decision = decisionOf(answer, { approval, form, principal });
    if (decision !== undefined) await approvals.decide(approvalId, decision);
  } catch {
    // The client has disconnected or answers something else, or the approval is decided already.
  } finally {
    unsubscribe();
  }
  return !await isWaiting();
}
