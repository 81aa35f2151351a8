import type { Approvals } from "../policy/approvals/approvals.ts";
import { areDecided } from "./are_decided.ts";

/** Options of {@linkcode isDecidedInTime}. */
export interface IsDecidedInTimeOptions {
  readonly approvals: Approvals;
  /** How long somebody waits for it. */
  readonly ms: number;
  /** Any of them ends the wait sooner. */
  readonly signals: readonly AbortSignal[];
}

/** A timer set for longer fires at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Whether somebody decides about one of the approvals in time. */
export async function isDecidedInTime(
  ids: readonly string[],
  { approvals, ms, signals }: IsDecidedInTimeOptions,
): Promise<boolean> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), Math.min(Math.max(0, ms), MAX_TIMER_MS));
  const signal = AbortSignal.any([late.signal, ...signals]);
  try {
    const look = () => areDecided(ids, approvals) ? true : undefined;
    return await approvals.until(look, signal) ?? false;
  } finally {
    clearTimeout(timer);
  }
}
