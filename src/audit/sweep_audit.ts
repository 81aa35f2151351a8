import { exists } from "@std/fs";
import type { DatabaseSync } from "node:sqlite";
import type { AuditConfig } from "../config/storage.ts";
import type { AuditLog } from "./audit_log.ts";
import { removeOriginals } from "./sealed_originals.ts";
import { DAY_MS } from "../text/day_ms.ts";
import { atOnce } from "../storage/database.ts";
import { openPrivacyDatabase, privacyLogPath } from "./privacy_log.ts";
import { startSha256 } from "../text/sha256.ts";

/**
 * Removes what is past its time: originals, privacy events, entries. What is removed is written down
 * first. Originals are never kept longer than the entries that refer to them.
 */
export async function sweepAudit(
  log: AuditLog,
  { folder, config: { retentionDays, originals }, now = Date.now() }: {
    /** Folder of the log, and of what is kept beside it. */
    readonly folder: string;
    readonly config: AuditConfig;
    /** Milliseconds since the epoch. Default: the system's clock. */
    readonly now?: number;
  },
): Promise<void> {
  const days = Math.min(originals.retentionDays, retentionDays ?? Infinity);
  await removeOriginals(log, { folder, days, now });
  if (retentionDays === undefined) return;
  await removePrivacyEvents(log, { folder, days: retentionDays, now });
  log.removeOlderThan(retentionDays);
}

/** Removes privacy events past their time, the first ones without a gap, once that is written down. */
async function removePrivacyEvents(
  log: AuditLog,
  { folder, days, now }: { readonly folder: string; readonly days: number; readonly now: number },
): Promise<void> {
  const path = privacyLogPath(folder);
  if (!await exists(path)) return;
  using database = openPrivacyDatabase(path);
  const old = readOld(database, now - days * DAY_MS);
  if (old === undefined) return;
  log.append("privacy_events_removed", { body: { ...old, days } });
  atOnce(database, () => {
    database.prepare("UPDATE removed SET up_to = ?").run(old.to);
    database.prepare("DELETE FROM privacy_events WHERE id <= ?").run(old.to);
  });
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
