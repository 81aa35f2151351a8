import { exists } from "@std/fs";
import type { DatabaseSync } from "node:sqlite";
import type { AuditConfig } from "../config/storage.ts";
import type { AuditLog } from "./audit_log.ts";
import { openOldOriginals } from "./sealed_originals.ts";
import { DAY_MS } from "../text/day_ms.ts";
import { atOnce } from "../storage/database.ts";
import { openPrivacyDatabase, privacyLogPath } from "./privacy_log.ts";
import { startSha256 } from "../text/sha256.ts";

interface SweepAuditOptions {
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

interface RemoveOriginalsOptions {
  readonly folder: string;
  readonly days: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Removes originals that are past their time, once it is written down which; that needs no key. Gives
 * how many.
 */
async function removeOriginals(
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

interface RemovePrivacyEventsOptions {
  /** Folder of the audit, where the events are too. */
  readonly folder: string;
  readonly days: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Removes privacy events that are past their time, the first ones without a gap, once it is written
 * down which. Gives how many.
 */
async function removePrivacyEvents(
  log: AuditLog,
  { folder, days, now }: RemovePrivacyEventsOptions,
): Promise<number> {
  const path = privacyLogPath(folder);
  if (!await exists(path)) return 0;
  const database = openPrivacyDatabase(path);
  try {
    const old = readOld(database, now - days * DAY_MS);
    if (old === undefined) return 0;
    log.append("privacy_events_removed", { body: { ...old, days } });
    removeTo(database, old.to);
    return old.count;
  } finally {
    database.close();
  }
}

/** A clock that was put back makes a later event look older: what comes after it stays with it. */
const LAST_OLD = `
SELECT max(id) AS last FROM privacy_events
WHERE id < coalesce((SELECT min(id) FROM privacy_events WHERE at_ms >= :before), :all)`;

function readOld(database: DatabaseSync, before: number) {
  const all = Number.MAX_SAFE_INTEGER;
  const last = database.prepare(LAST_OLD).get({ before, all })?.["last"];
  if (typeof last !== "number") return undefined;
  const hash = startSha256();
  let [count, from, firstAt, lastAt] = [0, 0, 0, 0];
  const select = database.prepare("SELECT * FROM privacy_events WHERE id <= ? ORDER BY id");
  for (const row of select.iterate(last)) {
    const at = Number(row["at_ms"]);
    if (count++ === 0) [from, firstAt] = [Number(row["id"]), at];
    lastAt = at;
    hash.add(`${JSON.stringify(Object.values(row))}\n`);
  }
  return { count, from, to: last, firstAt, lastAt, digest: hash.digest() };
}

function removeTo(database: DatabaseSync, last: number): void {
  atOnce(database, () => {
    database.prepare("UPDATE removed SET up_to = ?").run(last);
    database.prepare("DELETE FROM privacy_events WHERE id <= ?").run(last);
  });
}
