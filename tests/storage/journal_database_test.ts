import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import { AirlockError } from "../../src/model/errors.ts";
import { parseConfig } from "../../src/config/config.ts";
import { Approvals } from "../../src/policy/approvals/approvals.ts";
import { NOBODY, takeHostLock } from "../../src/storage/host_lock.ts";
import { openJournalDatabase } from "../../src/storage/journal_database.ts";
import { isJournalLost, openLocalStorage } from "../../src/storage/local_storage.ts";
import { RunJournal } from "../../src/storage/run_journal.ts";
import { SessionStore } from "../../src/workspace/session_store.ts";

Deno.test("openJournalDatabase closes its file to others, and refuses one of another version", async () => {
  const root = await Deno.makeTempDir();
  const path = join(root, "state", "journal.sqlite");
  openJournalDatabase(path).close();
  if (Deno.build.os !== "windows") {
    assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
    assertEquals((await Deno.stat(join(root, "state"))).mode! & 0o777, 0o700);
  }
  {
    using other = new DatabaseSync(path);
    other.exec("PRAGMA user_version = 99");
  }
  assertThrows(() => openJournalDatabase(path), AirlockError);
  await Deno.remove(root, { recursive: true });
});

/** The tables of version 3. */
const TABLES_3 = `
CREATE TABLE runs (
  run_id TEXT PRIMARY KEY,
  state TEXT NOT NULL,
  owner TEXT NOT NULL,
  request TEXT NOT NULL,
  program_hash TEXT NOT NULL,
  seed TEXT NOT NULL,
  started_at REAL NOT NULL,
  idempotency_key TEXT UNIQUE,
  request_digest TEXT NOT NULL,
  result TEXT,
  finished_at REAL
);
CREATE INDEX runs_by_state ON runs (state);
CREATE TABLE calls (
  id INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL,
  call_key TEXT NOT NULL,
  occurrence INTEGER NOT NULL,
  server TEXT NOT NULL,
  tool TEXT NOT NULL,
  arguments TEXT NOT NULL,
  is_effect INTEGER NOT NULL,
  settled_before INTEGER NOT NULL,
  begun_ms INTEGER,
  settled_as INTEGER,
  outcome TEXT,
  body BLOB
);
CREATE INDEX calls_by_run ON calls (run_id);
CREATE TABLE clock_reads (
  id INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL,
  reads TEXT NOT NULL
);
CREATE INDEX clock_reads_by_run ON clock_reads (run_id);
CREATE TABLE approvals (
  approval_id TEXT PRIMARY KEY,
  run_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  call_key TEXT NOT NULL,
  occurrence INTEGER NOT NULL,
  state TEXT NOT NULL,
  principal TEXT,
  program_hash TEXT NOT NULL,
  session TEXT,
  shown TEXT NOT NULL,
  created_at REAL NOT NULL,
  expires_at REAL NOT NULL,
  decision TEXT,
  decided_at REAL
);
CREATE INDEX approvals_by_run ON approvals (run_id);
CREATE INDEX approvals_by_state ON approvals (state);
CREATE TABLE grants (
  grant_id TEXT PRIMARY KEY,
  approval_id TEXT NOT NULL,
  scope TEXT NOT NULL,
  run_id TEXT NOT NULL,
  call_key TEXT NOT NULL,
  occurrence INTEGER NOT NULL,
  principal TEXT,
  program_hash TEXT NOT NULL,
  session TEXT,
  tools TEXT NOT NULL,
  level TEXT,
  max_calls INTEGER,
  used_calls INTEGER NOT NULL DEFAULT 0,
  until_at REAL,
  revoked_at REAL
);
CREATE INDEX grants_by_run ON grants (run_id);
CREATE INDEX grants_by_program ON grants (program_hash);
CREATE INDEX grants_by_session ON grants (session);
`;

/** Writes a journal as version 3 has left it. */
function writeVersion3(path: string): void {
  using older = new DatabaseSync(path);
  older.exec(TABLES_3);
  const request = JSON.stringify({ code: btoa("return 1;"), permission: "full", session: "s" });
  const addRun = older.prepare(
    "INSERT INTO runs VALUES (?, ?, 'dead', ?, 'hash', 'seed', ?, ?, 'digest', ?, ?)",
  );
  const result = JSON.stringify({
    status: "failed",
    risk: null,
    error: { message: "no" },
    calls: [],
  });
  addRun.run("run_done", "finished", request, 1, "key", result, 7);
  addRun.run("run_1", "waiting", request, 2, null, '{"approvals":["apr_asked"]}', null);
  addRun.run("run_2", "running", request, 3, null, null, null);
  const addCall = older.prepare(
    "INSERT INTO calls (run_id, call_key, occurrence, server, tool, arguments, is_effect, " +
      "settled_before, begun_ms, settled_as, outcome, body) " +
      "VALUES ('run_1', ?, 1, 'crm', 'get', '{}', 1, 0, ?, ?, ?, ?)",
  );
  addCall.run("a", 5, 2, "answer", new TextEncoder().encode('"a"'));
  addCall.run("b", null, 1, "refusal", new TextEncoder().encode("{}"));
  addCall.run("c", null, null, null, null);
  older.exec("INSERT INTO clock_reads (run_id, reads) VALUES ('run_1', '[9,1]')");
  const shown = JSON.stringify({
    ...{ level: "high", findings: [], estimatedWrites: null, code: "return 1;" },
    tools: [{ server: "crm", tool: "get", effect: "writes" }],
  });
  const addApproval = older.prepare(
    "INSERT INTO approvals VALUES (?, 'run_1', 'run', '', 0, ?, ?, 'hash', 's', ?, 10, 9e15, ?, ?)",
  );
  const yes = (scope: string) => JSON.stringify({ decision: "approve", scope, by: "a" });
  addApproval.run("apr_asked", "waiting", "ann", shown, null, null);
  addApproval.run("apr_given", "approved", null, shown, yes("program"), 11);
  addApproval.run("apr_taken", "approved", "ann", shown, yes("program"), 11);
  const addGrant = older.prepare(
    "INSERT INTO grants VALUES (?, ?, 'program', 'run_1', '', 0, ?, 'hash', 's', '[]', 'high', " +
      "NULL, 3, NULL, ?)",
  );
  addGrant.run("g1", "apr_given", null, null);
  addGrant.run("g2", "apr_taken", "ann", 12);
  older.exec("PRAGMA user_version = 3");
}

Deno.test("openLocalStorage() brings a journal of version 3 up to date, once", async () => {
  const root = await Deno.makeTempDir();
  writeVersion3(join(root, "journal.sqlite"));
  for (const _time of [1, 2]) {
    await using storage = openLocalStorage(root);
    const journal = new RunJournal(storage, { hostId: "host" });
    const done = await journal.findByKey("key");
    assertEquals([done?.runId, done?.state, done?.request.code], [
      "run_done",
      "finished",
      "return 1;",
    ]);
    const { runs } = await journal.index.list({});
    assertEquals(runs.map(({ runId, state, status, session }) => [runId, state, status, session]), [
      ["run_2", "running", null, "s"],
      ["run_1", "waiting", null, "s"],
      ["run_done", "finished", "failed", "s"],
    ]);
    const { calls, clockReads } = await journal.record("run_1");
    const text = (body: Uint8Array | undefined) => body && new TextDecoder().decode(body);
    assertEquals(
      calls.map(({ callKey, begunMs, settled }) => [
        ...[callKey, begunMs, settled?.order, settled?.kind, text(settled?.body)],
      ]),
      [
        ["a", 5, 2, "answer", '"a"'],
        ["b", undefined, 1, "refusal", "{}"],
        ["c", undefined, undefined, undefined, undefined],
      ],
    );
    assertEquals(clockReads, [9, 1]);
    const approvals = new Approvals({ storage, config: (await parseConfig({})).approvals });
    assertEquals((await approvals.waitingOf("run_1")).map(({ approvalId }) => approvalId), [
      "apr_asked",
    ]);
    const asked = (await approvals.find("apr_asked"))!;
    assertEquals([asked.principal, await approvals.codeOf(asked)], ["ann", "return 1;"]);
    const grants = await approvals.grants({ runId: "run_9", programHash: "hash" });
    assertEquals(grants.map(({ approvalId, principal, tools }) => [approvalId, principal, tools]), [
      ["apr_given", undefined, [["crm", "get"]]],
    ]);
    assertEquals((await approvals.find("apr_given"))?.usedCalls, 3);
    assertEquals((await approvals.find("apr_taken"))?.isRevoked, true);
  }
  await Deno.remove(root, { recursive: true });
});

Deno.test("openLocalStorage() keeps the sessions of before", async () => {
  const root = await Deno.makeTempDir();
  {
    using older = new DatabaseSync(join(root, "sessions.sqlite"));
    older.exec(
      "CREATE TABLE sessions (id TEXT PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, " +
        "created_at INTEGER NOT NULL, used_at INTEGER NOT NULL, runs INTEGER NOT NULL) STRICT; " +
        "INSERT INTO sessions VALUES ('ann~s', 'ann', 's', 1, 2, 3)",
    );
  }
  for (const _time of [1, 2]) {
    await using storage = openLocalStorage(root);
    assertEquals(await new SessionStore(storage, Date.now).list(), [
      { id: "ann~s", owner: "ann", name: "s", createdAt: 1, usedAt: 2, runs: 3 },
    ]);
  }
  await Deno.remove(root, { recursive: true });
});

Deno.test("takeHostLock() knows the living from the dead, and clears after them", async () => {
  const root = await Deno.makeTempDir();
  const hosts = join(root, "hosts");
  await Deno.mkdir(hosts);
  await Deno.writeTextFile(join(hosts, "dead"), "");
  {
    await using storage = openLocalStorage(root);
    await using one = await takeHostLock(storage);
    await using other = await takeHostLock(storage);
    const ids = [other.hostId, one.hostId, "dead", "never", NOBODY];
    assertEquals(await Promise.all(ids.map((id) => one.isAlive(id))), [
      ...[true, true, false, false, false],
    ]);
  }
  assertEquals(await Array.fromAsync(Deno.readDir(hosts)), []);
  await Deno.remove(root, { recursive: true });
});

Deno.test("isJournalLost() tells of a journal that is gone where hosts have worked before", async () => {
  const root = await Deno.makeTempDir();
  const path = join(root, "journal.sqlite");
  const isLost = async () => {
    const isLost = await isJournalLost(root);
    await using storage = openLocalStorage(root);
    storage.openIndex();
    return isLost;
  };
  assertEquals(await isLost(), false);
  {
    await using storage = openLocalStorage(root);
    storage.openIndex();
    await using _lock = await takeHostLock(storage);
  }
  assertEquals(await isLost(), false);
  await Deno.truncate(path, 0);
  assertEquals([await isLost(), await isLost()], [true, false]);
  await Deno.remove(path);
  assertEquals(await isLost(), true);
  await Deno.remove(root, { recursive: true });
});
