import type { AuditConfig } from "../config/storage.ts";
import type { AuditLog } from "./audit_log.ts";
import { removeOriginals } from "./originals/remove_originals.ts";
import { removePrivacyEvents } from "./remove_privacy_events.ts";

/** Options of {@linkcode sweepAudit}. */
export interface SweepAuditOptions {
  /** Folder of the log, and of what is kept beside it. */
  readonly folder: string;
  readonly config: AuditConfig;
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly now?: number;
}

/**
 * Removes what is past its time: originals, privacy events, entries. What is removed is written down
 * first. Originals are never kept longer than the entries that refer to them.
 */
export async function sweepAudit(
  log: AuditLog,
  { folder, config: { retentionDays, originals }, now = Date.now() }: SweepAuditOptions,
): Promise<void> {
  const days = Math.min(originals.retentionDays, retentionDays ?? Infinity);
  await removeOriginals(log, { folder, days, now });
  if (retentionDays === undefined) return;
  await removePrivacyEvents(log, { folder, days: retentionDays, now });
  log.removeOlderThan(retentionDays);
}
