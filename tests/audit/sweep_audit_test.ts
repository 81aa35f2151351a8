import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import {
  openPrivacyDatabase,
  openPrivacyLog,
  privacyLogPath,
} from "../../src/audit/privacy_log.ts";
import { sweepAudit } from "../../src/audit/sweep_audit.ts";
import { verifyLog } from "../../src/audit/verify_log.ts";
import { makeTestLog, writeRun } from "./open_log.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
const ORIGINALS = { enabled: false, retentionDays: 30 };

async function addPrivacyEvent(folder: string, atMs: number): Promise<void> {
  await using log = openPrivacyLog(privacyLogPath(folder));
  log.write([{
    seq: 1,
    atMs,
    session: "s",
    direction: "in",
    path: "email",
    kind: "EMAIL",
    detector: "email",
    confidence: 1,
    action: "masked",
    length: 9,
    fingerprint: () => undefined,
  }]);
  await log.settled();
}

function privacyEvents(folder: string): number[] {
  const database = openPrivacyDatabase(privacyLogPath(folder));
  const rows = database.prepare("SELECT at_ms FROM privacy_events ORDER BY id").all();
  database.close();
  return rows.map((row) => Number(row["at_ms"]));
}

Deno.test("what is past its time is removed, each with an entry that says what it was", async () => {
  await using test = await makeTestLog();
  using log = await test.open();
  const days = [0, 1, 20, 2];
  const began = test.now;
  for (const day of days) await addPrivacyEvent(test.folder, began + day * DAY_MS);
  writeRun(log, "run_1");
  log.checkpoint();
  test.now += 25 * DAY_MS;
  writeRun(log, "run_2");
  const sweep = (retentionDays?: number) => {
    const config = { enabled: true, retentionDays, originals: ORIGINALS };
    return sweepAudit(log, { folder: test.folder, config, now: test.now });
  };
  await sweep();
  assertEquals((privacyEvents(test.folder)).length, 4);
  await sweep(10);
  // What came after one that stays stays with it.
  assertEquals(privacyEvents(test.folder), [20, 2].map((day) => began + day * DAY_MS));
  const [removed] = [...log.read({ kind: "privacy_events_removed" })];
  const { count, from, to } = JSON.parse(removed!.body);
  assertEquals([count, from, to], [2, 1, 2]);
  assertEquals([...log.read({ kind: "entries_removed" })].length, 1);
  assertEquals([...log.read({ runId: "run_1" })].length, 0);
  assertEquals(verifyLog(log).problems, []);
  await sweep(10);
  assertEquals([...log.read({ kind: "privacy_events_removed" })].length, 1);
});

Deno.test("a privacy event that is not past its time cannot be removed, nor any be changed", async () => {
  await using test = await makeTestLog();
  await addPrivacyEvent(test.folder, test.now);
  const database = openPrivacyDatabase(join(test.folder, "privacy.sqlite"));
  const refused = ["DELETE FROM privacy_events", "UPDATE privacy_events SET kind = 'x'"]
    .map((sql) => {
      try {
        database.exec(sql);
        return "done";
      } catch (error) {
        return (error as Error).message;
      }
    });
  database.close();
  assertEquals(refused, ["privacy events are never removed", "privacy events are never changed"]);
});
