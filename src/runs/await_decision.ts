import type { Approvals } from "../policy/approvals/approvals.ts";

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
