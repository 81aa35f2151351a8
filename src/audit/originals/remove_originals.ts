import type { AuditLog } from "../audit_log.ts";
import { openOldOriginals } from "./open_originals.ts";
import { DAY_MS } from "../../text/day_ms.ts";

/** Options of {@linkcode removeOriginals}. */
export interface RemoveOriginalsOptions {
  /** Folder of the audit. */
  readonly folder: string;
  /** Older ones are removed. */
  readonly days: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Removes originals that are past their time, once it is written down which; that needs no key. Gives
 * how many.
 */
export async function removeOriginals(
  log: AuditLog,
  { folder, days, now }: RemoveOriginalsOptions,
): Promise<number> {
  using store = await openOldOriginals(folder);
  const before = now - days * DAY_MS;
  const old = store?.olderThan(before);
  if (store === undefined || old === undefined) return 0;
  log.append("originals_removed", { body: { ...old, before, days } });
  store.removeBefore(before);
  return old.count;
}
