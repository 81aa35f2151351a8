import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { AnomalyWatch } from "../../src/audit/anomaly_watch.ts";
import {
  openPrivacyDatabase,
  openPrivacyLog,
  privacyLogPath,
} from "../../src/audit/privacy_log.ts";
import { reportMarkdown, reportPage } from "../../src/audit/report.ts";
import { summarize } from "../../src/audit/summarize.ts";
import { sweepAudit } from "../../src/audit/sweep_audit.ts";
import { verifyLog } from "../../src/audit/verify_log.ts";
import type { RunResult } from "../../src/model/run_result.ts";
import type { PrivacyEvent } from "../../src/privacy/privacy_event.ts";
import { makeTestLog, writeRun } from "./open_log.ts";

Deno.test("appendTogether writes entries of one moment in their order, before any that come later", async () => {
  await using test = await makeTestLog();
  using log = await test.open();
  const together = [1, 2, 3].map((seq) =>
    log.appendTogether("call_started", { runId: "run_1", body: { seq } })
  );
  log.append("run_ended", { runId: "run_1", body: { status: "completed" } });
  await Promise.all(together);
  const kinds = [...log.read()].map(({ kind, body }) => [kind, JSON.parse(body).seq]);
  assertEquals(kinds, [
    ["call_started", 1],
    ["call_started", 2],
    ["call_started", 3],
    ["run_ended", undefined],
  ]);
});

Deno.test("appendTogether has written when it resolves, and its entries are tied like any other", async () => {
  await using test = await makeTestLog();
  {
    using log = await test.open();
    await Promise.all(
      [1, 2].map((seq) => log.appendTogether("call_started", { runId: "run_1", body: { seq } })),
    );
    assertEquals([...log.read()].length, 2);
    log.checkpoint();
    assertEquals(verifyLog(log).problems, []);
  }
});

Deno.test("appendTogether says to each that waits that nothing could be written", async () => {
  await using test = await makeTestLog();
  using log = await test.open();
  log.append("run_started", { runId: "run_1", body: {} });
  test.tamper((database) => database.exec("UPDATE head SET seq = 7"));
  const together = [1, 2].map((seq) =>
    log.appendTogether("call_started", { runId: "run_1", body: { seq } })
  );
  for (const written of together) {
    await assertRejects(
      () => written,
      Error,
      "the end of the audit is not the one that was written",
    );
  }
});

Deno.test("a report sums up what was written down in its time, and nothing before it", async () => {
  await using test = await makeTestLog();
  using log = await test.open();
  const write = (runId: string, status: string) => {
    const call = { server: "crm", tool: "get_lead", ms: 4, cache: "hit" };
    log.append("run_started", { runId, body: { principal: "ann", admission: "admitted" } });
    log.append("call_ended", { runId, body: { ...call, privacy: { "EMAIL masked": 3 } } });
    log.append("call_denied", { runId, body: { ...call, cache: undefined, code: "TOOL_DENIED" } });
    log.append("escape_attempt", { runId, body: { permission: "read" } });
    log.append("run_ended", { runId, body: { status, code: null, usage: { wallMs: 10 } } });
  };
  write("run_1", "completed");
  const from = test.now += 5_000;
  write("run_2", "completed");
  log.append("run_started", {
    runId: "run_3",
    body: { principal: "<b>", admission: "TYPE_ERROR" },
  });
  const report = summarize(log, { from, to: from + 1 });
  assertEquals([report.runs, report.calls, report.cacheHits], [2, 2, 1]);
  assertEquals(report.runsByStatus, { completed: 1, unfinished: 1 });
  assertEquals(report.violations, {
    "call: TOOL_DENIED": 1,
    "permission: read": 1,
    "program: TYPE_ERROR": 1,
  });
  assertEquals([report.privacy, report.runMs.p95], [{ "EMAIL masked": 3 }, 10]);
  const [markdown, page] = [reportMarkdown(report), reportPage(report)];
  assert(markdown.includes("| crm.get\\_lead | 2 |"), markdown);
  assert(page.includes("<svg") && !page.includes("<script") && !page.includes("<b>"));
  assert(!/(?:src|href)=/.test(page));
});

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

interface Shape {
  readonly calls?: number;
  readonly tool?: string;
  readonly denied?: number;
  readonly attempts?: number;
  readonly status?: RunResult["status"];
}

function resultOf(
  { calls = 0, tool = "a", denied = 0, attempts = 0, status = "completed" }: Shape,
) {
  const call = (outcome: string) => ({ server: "crm", tool, outcome });
  return {
    runId: "run_1",
    status,
    calls: [
      ...Array.from({ length: calls }, () => call("ok")),
      ...Array.from({ length: denied }, () => call("denied")),
    ],
    escapeAttempts: Array.from({ length: attempts }, () => ({ permission: "read", value: "x" })),
  } as unknown as RunResult;
}

Deno.test("AnomalyWatch tells of what is unlike before, and of nothing else", async () => {
  await using test = await makeTestLog();
  using log = await test.open();
  const watch = new AnomalyWatch(log.store);
  const rules = (shape: Shape, principal = "ann") =>
    watch.look(principal, resultOf(shape)).map(({ rule }) => rule);
  for (let run = 0; run < 6; run++) assertEquals(rules({ calls: 4 }), []);
  assertEquals(rules({ calls: 4, tool: "b" }), ["new_tool"]);
  assertEquals(rules({ calls: 4, tool: "b" }), []);
  assertEquals(rules({ calls: 4, tool: "b" }, "bob"), []);
  assertEquals(rules({ calls: 200 }), ["unusual_volume"]);
  assertEquals(rules({ denied: 2 }), []);
  assertEquals(rules({ denied: 3 }), ["denied_permissions"]);
  assertEquals(rules({ attempts: 1 }), ["denied_permissions"]);
  for (let run = 0; run < 4; run++) assertEquals(rules({ status: "failed" }), []);
  assertEquals(rules({ status: "cancelled" }), []);
  assertEquals(rules({ status: "timed_out" }), ["repeated_failures"]);
  assertEquals(rules({ status: "failed" }), []);
  assertEquals(rules({}), []);
});

Deno.test("a tool that was used is known after a restart", async () => {
  await using test = await makeTestLog();
  {
    using log = await test.open();
    new AnomalyWatch(log.store).look("ann", resultOf({ calls: 1 }));
  }
  using log = await test.open();
  const watch = new AnomalyWatch(log.store);
  assertEquals(watch.look("ann", resultOf({ calls: 1 })), []);
  assertEquals(watch.look("ann", resultOf({ calls: 1, tool: "b" })).length, 1);
});

const MANY = 400;
/** A row that costs as much CPU time as a hundred others. */
const ROW_MS = 1;
const MOST_A_TURN = MANY / 2;

function eventsOf(session: string, count: number, fingerprint = () => {}): PrivacyEvent[] {
  return Array.from({ length: count }, (_, at) => ({
    ...{ seq: at + 1, atMs: 1, session, direction: "out", path: "", kind: "EMAIL" },
    ...{ detector: "email", confidence: 1, action: "masked", length: 9 },
    fingerprint: () => void fingerprint(),
  } as const));
}

function burn(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

function rowsOf(path: string): [string, number][] {
  const database = openPrivacyDatabase(path);
  const rows = database.prepare("SELECT session, seq FROM privacy_events ORDER BY id").all();
  database.close();
  return rows.map(({ session, seq }) => [String(session), Number(seq)]);
}

Deno.test("rows of one principal are written in short turns, and nobody else waits for them", async () => {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "privacy.db");
  try {
    await using log = openPrivacyLog(path);
    let [turn, inTurn, most] = [0, 0, 0];
    const timer = setInterval(() => [turn, inTurn] = [turn + 1, 0]);
    const many = eventsOf("a", MANY, () => {
      burn(ROW_MS);
      most = Math.max(most, ++inTurn);
    });
    log.write(many, "ann");
    log.write(eventsOf("b", 1), "bob");
    await log.settled("bob");
    const then = rowsOf(path);
    assert(then.some(([session]) => session === "b") && then.length < MANY, `${then.length} rows`);
    await log.settled("ann");
    clearInterval(timer);
    assert(turn > 0 && most > 0 && most <= MOST_A_TURN, `${most} rows in a turn`);
    const all = rowsOf(path);
    assertEquals(
      all.filter(([session]) => session === "a"),
      many.map(({ session, seq }) => [session, seq]),
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
