import type { AuditTrail } from "../audit/audit_trail.ts";
import type { Approvals } from "../policy/approvals/approvals.ts";
import { OWNER_NAME } from "../model/permission.ts";
import type { RunResult } from "../model/run_result.ts";
import { sessionIdOf } from "../workspace/session_id.ts";
import type { RunJournal } from "../storage/run_journal.ts";
import type { StoredRun } from "../storage/stored_run.ts";

/** Where runs are written down. */
interface CancelWaitingRunsOptions {
  readonly store: RunJournal;
  readonly approvals: Approvals;
  readonly audit: AuditTrail;
}

/**
 * Cancels the runs of a session that wait for a person, whichever process they wait in: none of them
 * goes on in a session that is no more.
 */
export async function cancelWaitingRuns(
  session: string,
  options: CancelWaitingRunsOptions,
): Promise<void> {
  const { store, approvals, audit } = options;
  for (const run of await store.unfinished()) {
    if (run.state !== "waiting" || sessionOf(run) !== session || run.result === undefined) continue;
    // Another host may have resumed it meanwhile.
    if (!await store.claim(run)) continue;
    const result = cancelledResult(JSON.parse(run.result));
    const { runId, request: { principal = OWNER_NAME, permission } } = run;
    await audit.begin({ runId, session, principal, permission }).ended(result);
    await store.finish(runId, JSON.stringify(result));
    await approvals.withdraw({ runId });
  }
}

/** The result of a run that waited, and was cancelled. */
export function cancelledResult(result: RunResult): RunResult {
  const error = { code: "CANCELLED", message: "The run was cancelled" } as const;
  return { ...result, status: "cancelled", approvals: [], error };
}

function sessionOf({ request: { session: name, principal: owner = OWNER_NAME } }: StoredRun) {
  return name === undefined ? undefined : sessionIdOf({ name, owner });
}

/** A timer set for longer fires at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Whether a run that waits for these approvals can go on: one of them is decided. */
export async function areDecided(ids: readonly string[], approvals: Approvals): Promise<boolean> {
  const found = await Promise.all(ids.map((id) => approvals.find(id)));
  return ids.length === 0 || found.some((approval) => approval?.state !== "waiting");
}

/** Waits until one of the approvals is decided; false after `ms`, or when a signal aborts. */
export async function isDecidedInTime(
  ids: readonly string[],
  { approvals, ms, signals }: {
    readonly approvals: Approvals;
    readonly ms: number;
    readonly signals: readonly AbortSignal[];
  },
): Promise<boolean> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), Math.min(Math.max(0, ms), MAX_TIMER_MS));
  const signal = AbortSignal.any([late.signal, ...signals]);
  try {
    const look = async () => await areDecided(ids, approvals) || undefined;
    return await approvals.until(look, signal) ?? false;
  } finally {
    clearTimeout(timer);
  }
}
