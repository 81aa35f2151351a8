import { assert, assertEquals } from "@std/assert";
import { strFromU8, unzipSync } from "fflate";
import { join } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import { openAuditLog } from "../../src/audit/audit_log.ts";
import { makePack } from "../../src/audit/pack/make_pack.ts";
import type { ApprovalsConfig } from "../../src/config/approvals.ts";
import type { Approval, Decision } from "../../src/model/approval.ts";
import type { RunResult } from "../../src/model/run_result.ts";
import { createRuntime } from "../../src/host/create_runtime.ts";
import type { RunEvent } from "../../src/model/run_request.ts";
import {
  IS_IN_MEMORY,
  oddServer,
  startTestRuntime,
  type TestRuntime,
} from "../fixtures/test_runtime.ts";
import { until } from "../fixtures/until.ts";

const ONCE: Decision = { decision: "approve", scope: "once", by: "test" };
const ASK_AT_CALL = { rules: [{ tool: "echo", then: "require" }] } as const;
const ASK_BEFORE = { levels: { medium: "require" } } as const;

const CODE = `import { echo } from "./servers/odd/echo.ts";
import { who } from "./servers/odd/who.ts";
const { pid } = await who({});
const made = [];
for (const n of [1, 2, 3]) made.push(await echo({ n, at: Date.now(), id: crypto.randomUUID() }));
console.log("made", made.length);
return { same: pid === (await who({})).pid, made: made.map(({ arguments: { n } }) => n) };`;

/** A runtime whose server writes down each call that reaches it. */
async function start(approvals: Partial<ApprovalsConfig>, root: string): Promise<TestRuntime> {
  return await startTestRuntime({
    root,
    mcpServers: { odd: oddServer("--log", join(root, "odd.log")) },
    approvals: { waitMs: 0, ...approvals },
  });
}

/** The numbers that the tool has been called with. */
async function echoes(root: string): Promise<number[]> {
  const text = await Deno.readTextFile(join(root, "odd.log")).catch(() => "");
  return text.split("\n").filter(Boolean).map((line) => JSON.parse(line))
    .filter(({ event, tool }) => event === "call" && tool === "echo")
    .map(({ arguments: { n } }) => n);
}

/** Resolves to the result of a run that others go on with. */
async function resultOf(runtime: TestRuntime, runId: string): Promise<RunResult> {
  let result: RunResult | undefined;
  await until(async () => {
    const known = await runtime.find(runId);
    if (known?.state === "finished") result = known.result;
    return result !== undefined;
  });
  return result!;
}

async function waiting(runtime: TestRuntime): Promise<Approval[]> {
  return (await runtime.approvals.list()).filter(({ state }) => state === "waiting");
}

/** A new folder that goes with the block. */
async function newFolder(): Promise<AsyncDisposable & { readonly root: string }> {
  const root = await Deno.makeTempDir();
  return { root, [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }) };
}

Deno.test("a program that needs a person waits before it starts, and goes on when it is approved", async () => {
  await using folder = await newFolder();
  await using runtime = await start(ASK_BEFORE, folder.root);
  const first = await runtime.run({ code: CODE });
  assertEquals([first.status, first.error?.code], ["waiting", "APPROVAL_PENDING"]);
  assertEquals((await runtime.find(first.runId))?.state, "waiting");
  const [approval] = await waiting(runtime);
  assertEquals([approval!.approvalId], first.approvals);
  assertEquals([approval!.kind, approval!.shown.level], ["run", "medium"]);
  assertEquals(approval!.shown.tools.map(({ tool }) => tool), ["echo", "who"]);
  assertEquals(await runtime.approvals.codeOf(approval!), CODE);
  assertEquals(await echoes(folder.root), []);
  await runtime.approvals.decide(approval!.approvalId, ONCE);
  const { status, value } = await resultOf(runtime, first.runId);
  assertEquals([status, value], ["completed", { same: true, made: [1, 2, 3] }]);
  assertEquals(await echoes(folder.root), [1, 2, 3]);
});

Deno.test("a caller that waits gets the result when a person has approved", async () => {
  await using folder = await newFolder();
  await using runtime = await start(ASK_BEFORE, folder.root);
  const seen: RunEvent["type"][] = [];
  const { status } = await runtime.run({
    code: CODE,
    waitMs: 60_000,
    onEvent(event) {
      seen.push(event.type);
      if (event.type !== "approval") return;
      queueMicrotask(async () => await runtime.approvals.decide(event.approval.approvalId, ONCE));
    },
  });
  assertEquals(status, "completed");
  assertEquals(seen.slice(0, 4), ["started", "risk", "approval", "call"]);
});

Deno.test("a program that a person rejects makes no call, and says so", async () => {
  await using folder = await newFolder();
  await using runtime = await start(ASK_BEFORE, folder.root);
  const { runId, approvals: [id] } = await runtime.run({ code: CODE });
  await runtime.approvals.decide(id!, { decision: "reject", reason: "not today", by: "test" });
  const { status, error } = await resultOf(runtime, runId);
  assertEquals([status, error?.code], ["denied", "APPROVAL_REJECTED"]);
  assert(error!.message.includes("not today"));
  assertEquals(await echoes(folder.root), []);
});

Deno.test("a worker is kept for a call that is decided soon, its time standing still", async () => {
  await using folder = await newFolder();
  await using runtime = await start(ASK_AT_CALL, folder.root);
  const { status, calls } = await runtime.run({
    code: CODE,
    waitMs: 60_000,
    onEvent(event) {
      if (event.type !== "approval") return;
      const { approvalId } = event.approval;
      until(async () => (await waiting(runtime)).length > 0)
        .then(() => runtime.approvals.decide(approvalId, ONCE));
    },
  });
  assertEquals(status, "completed");
  assert(calls.every(({ replayed }) => replayed === undefined));
});

Deno.test("a program whose worker was let go is run again, and no call is made twice", async () => {
  await using folder = await newFolder();
  await using runtime = await start({ ...ASK_AT_CALL, holdMs: 0 }, folder.root);
  const logged: string[] = [];
  let asked = 0;
  /** Decides when the worker is gone: before that it would make the call itself. */
  const decide = async ({ runId, approvalId }: Approval, times: number) => {
    await until(() => countWaiting(runtime, runId).then((count) => count === times));
    await runtime.approvals.decide(approvalId, ONCE);
  };
  const decided: Promise<void>[] = [];
  const { status, value, calls } = await runtime.run({
    code: CODE,
    waitMs: 60_000,
    onEvent(event) {
      if (event.type === "log") logged.push(event.line.text);
      if (event.type === "approval") decided.push(decide(event.approval, ++asked));
    },
  });
  await Promise.all(decided);
  // What the calls are made with comes from clock and chance, and is the same each time.
  assertEquals([status, value], ["completed", { same: true, made: [1, 2, 3] }]);
  assertEquals(await echoes(folder.root), [1, 2, 3]);
  const isReplayed = calls.map(({ replayed }) => replayed ?? false);
  assertEquals([asked, isReplayed], [3, [true, true, true, false, false]]);
  assertEquals(logged, ["made 3"]);
});

/** How often a run has waited for a person without a worker. */
async function countWaiting(runtime: TestRuntime, runId: string): Promise<number> {
  using log = await openAuditLog({ folder: runtime.config.folders.state });
  return [...log.read({ runId, kind: "run_waiting" })].length;
}

Deno.test("calls made at once are each asked about, and each made once", async () => {
  await using folder = await newFolder();
  await using runtime = await start({ ...ASK_AT_CALL, holdMs: 0 }, folder.root);
  const code = `import { echo } from "./servers/odd/echo.ts";
const all = await Promise.all([1, 2, 3, 4].map((n) => echo({ n })));
return all.map(({ arguments: { n } }) => n);`;
  const { runId } = await runtime.run({ code });
  // A worker that is let go at once may not have come to ask for all four.
  const asked = new Set<string>();
  await until(async () => {
    for (const { approvalId } of await waiting(runtime)) {
      asked.add(approvalId);
      await runtime.approvals.decide(approvalId, ONCE);
    }
    return (await runtime.find(runId))?.state === "finished";
  });
  const { status, value } = await resultOf(runtime, runId);
  assertEquals([status, value, asked.size], ["completed", [1, 2, 3, 4], 4]);
  assertEquals((await echoes(folder.root)).sort(), [1, 2, 3, 4]);
});

Deno.test("a grant for so many calls is good for no more, and the next call is asked about", async () => {
  await using folder = await newFolder();
  await using runtime = await start({ ...ASK_BEFORE, holdMs: 0 }, folder.root);
  const first = await runtime.run({ code: CODE });
  // All of the odd server's tools may write: who, two of echo.
  await runtime.approvals.decide(first.approvals[0]!, { ...ONCE, maxCalls: 3 } as Decision);
  const [next] = await untilAsked(runtime, "call");
  assertEquals(next!.shown.call?.tool, "echo");
  assert(next!.shown.call!.arguments.includes('"n":3'));
  assertEquals(await echoes(folder.root), [1, 2]);
  await runtime.approvals.decide(
    next!.approvalId,
    { ...ONCE, scope: "tool", maxCalls: 5 } as Decision,
  );
  const [last] = await untilAsked(runtime, "call");
  assertEquals(last!.shown.call?.tool, "who");
  await runtime.approvals.decide(last!.approvalId, { decision: "reject", by: "test" });
  const { status, effects } = await resultOf(runtime, first.runId);
  assertEquals([status, effects.map(({ tool }) => tool)], ["denied", [
    "who",
    "echo",
    "echo",
    "echo",
  ]]);
});

/** Resolves to what waits, as soon as something of the kind does and its run is put away. */
async function untilAsked(runtime: TestRuntime, kind: Approval["kind"]): Promise<Approval[]> {
  let asked: Approval[] = [];
  await until(async () => {
    asked = (await waiting(runtime)).filter((approval) => approval.kind === kind);
    const runs = await Promise.all(asked.map(({ runId }) => runtime.find(runId)));
    return asked.length > 0 && runs.every((run) => run?.state === "waiting");
  });
  return asked;
}

Deno.test("a decision is good for its own program, and a revoked one for nothing", async () => {
  await using folder = await newFolder();
  await using runtime = await start(ASK_BEFORE, folder.root);
  const first = await runtime.run({ code: CODE });
  const [id] = first.approvals;
  await runtime.approvals.decide(id!, { ...ONCE, scope: "program" } as Decision);
  await resultOf(runtime, first.runId);
  assertEquals((await runtime.run({ code: CODE })).status, "completed");
  assertEquals((await runtime.run({ code: `${CODE} // other` })).status, "waiting");
  await runtime.approvals.revoke(id!);
  assertEquals((await runtime.run({ code: CODE })).status, "waiting");
});

Deno.test("a decision about a program is good for the principal it was asked for, and no other", async () => {
  await using folder = await newFolder();
  await using runtime = await start(ASK_BEFORE, folder.root);
  const as = (name: string) => ({ name, permission: "full" }) as const;
  const scopes = [{ scope: "program" }, { scope: "tool", maxCalls: 100 }] as const;
  for (const [n, scope] of scopes.entries()) {
    const code = `${CODE} // ${n}`;
    const first = await runtime.run({ code, principal: as("ann") });
    assertEquals((await runtime.approvals.find(first.approvals[0]!))?.principal, "ann");
    await runtime.approvals.decide(first.approvals[0]!, { ...ONCE, ...scope } as Decision);
    await resultOf(runtime, first.runId);
    assertEquals((await runtime.run({ code, principal: as("ann") })).status, "completed");
    assertEquals((await runtime.run({ code, principal: as("bob") })).status, "waiting");
    assertEquals((await runtime.run({ code })).status, "waiting");
  }
});

Deno.test("the evidence of a run that goes on by another's grant says whose word that was", async () => {
  await using folder = await newFolder();
  await using runtime = await start({ ...ASK_AT_CALL, ...ASK_BEFORE }, folder.root);
  const first = await runtime.run({ code: CODE });
  const decision = { ...ONCE, scope: "program" } as Decision;
  await runtime.approvals.decide(first.approvals[0]!, decision);
  await resultOf(runtime, first.runId);
  const second = await runtime.run({ code: CODE });
  assertEquals(second.status, "completed");
  using log = await openAuditLog({ folder: runtime.config.folders.state });
  const used = (runId: string) =>
    [...log.read({ runId, kind: "approval_used" })].map(({ body }) => JSON.parse(body));
  assertEquals(used(first.runId), []);
  assertEquals(used(second.runId), [{
    approvalId: first.approvals[0],
    scope: "program",
    askedIn: first.runId,
    by: "test",
  }]);
  const pack = unzipSync(await makePack(log, second.runId));
  assert(strFromU8(pack["decisions.json"]!).includes(first.approvals[0]!));
});

Deno.test("a session's grant is good for its programs as far as their tools were shown", async () => {
  await using folder = await newFolder();
  await using runtime = await start(ASK_BEFORE, folder.root);
  const first = await runtime.run({ code: CODE, session: "one" });
  await runtime.approvals.decide(first.approvals[0]!, { ...ONCE, scope: "session" } as Decision);
  await resultOf(runtime, first.runId);
  const who = `import { who } from "./servers/odd/who.ts"; await who({});`;
  const slow = `import { slow } from "./servers/odd/slow.ts"; await slow({ ms: 0 });`;
  const statuses = [
    await runtime.run({ code: who, session: "one" }),
    await runtime.run({ code: slow, session: "one" }),
    await runtime.run({ code: who, session: "two" }),
  ].map(({ status }) => status);
  assertEquals(statuses, ["completed", "waiting", "waiting"]);
});

Deno.test("what nobody decides in time is denied", async () => {
  await using folder = await newFolder();
  await using runtime = await start({ ...ASK_BEFORE, expireMs: 1 }, folder.root);
  const { runId } = await runtime.run({ code: CODE, waitMs: 60_000 });
  const { status, error } = await resultOf(runtime, runId);
  assertEquals([status, error?.code], ["denied", "APPROVAL_EXPIRED"]);
});

Deno.test("a run that waits can be cancelled, and nobody needs to decide any more", async () => {
  await using folder = await newFolder();
  await using runtime = await start(ASK_BEFORE, folder.root);
  const { runId } = await runtime.run({ code: CODE });
  assert(await runtime.cancel(runId));
  assertEquals((await resultOf(runtime, runId)).status, "cancelled");
  assertEquals(await waiting(runtime), []);
});

Deno.test("a run that waits outlives its host, and the next one goes on when it is approved", async () => {
  await using folder = await newFolder();
  const code = `import { echo } from "./servers/odd/echo.ts";
import { who } from "./servers/odd/who.ts";
const { calls } = await who({});
await echo({ n: calls, at: Date.now() });
return calls;`;
  let first: RunResult;
  {
    await using runtime = await start({ ...ASK_AT_CALL, holdMs: 0 }, folder.root);
    first = await runtime.run({ code });
    assertEquals(first.status, "waiting");
  }
  await using runtime = await start({ ...ASK_AT_CALL, holdMs: 0 }, folder.root);
  assertEquals((await runtime.find(first.runId))?.state, "waiting");
  runtime.resumeLost();
  await runtime.approvals.decide(first.approvals[0]!, ONCE);
  const { status, value, effects } = await resultOf(runtime, first.runId);
  assertEquals([status, value], ["completed", 1]);
  assertEquals(effects.map(({ tool, state }) => [tool, state]), [["who", "done"], [
    "echo",
    "done",
  ]]);
  assertEquals(await echoes(folder.root), [1]);
});

Deno.test("a run whose host dies while another lives is gone on with by that one, or cancelled", async () => {
  await using folder = await newFolder();
  const settings = { ...ASK_AT_CALL, holdMs: 0 };
  const code = `import { echo } from "./servers/odd/echo.ts"; return (await echo({ n: 1 })).tool;`;
  await using living = await start(settings, folder.root);
  living.resumeLost();
  let runs: RunResult[];
  {
    await using dying = await start(settings, folder.root);
    runs = [await dying.run({ code }), await dying.run({ code })];
    assert(!await living.cancel(runs[0]!.runId));
  }
  const [one, other] = runs;
  assert(await living.cancel(other!.runId));
  assertEquals((await resultOf(living, other!.runId)).status, "cancelled");
  await living.approvals.decide(one!.approvals[0]!, ONCE);
  assertEquals((await resultOf(living, one!.runId)).status, "completed");
  assertEquals(await echoes(folder.root), [1]);
});

Deno.test("a run that was under way when its host died says what it did when it is cancelled", {
  ignore: IS_IN_MEMORY,
}, async () => {
  await using folder = await newFolder();
  const settings = { ...ASK_AT_CALL, holdMs: 0 };
  let first: RunResult;
  {
    await using dying = await start(settings, folder.root);
    const code = `import { who } from "./servers/odd/who.ts";
import { echo } from "./servers/odd/echo.ts";
await who({});
await echo({ n: 1 });`;
    first = await dying.run({ code });
  }
  changeJournal(folder.root, "DELETE FROM events WHERE event LIKE '%\"paused\"%'");
  await using next = await start(settings, folder.root);
  assertEquals((await next.find(first.runId))?.state, "interrupted");
  assert(await next.cancel(first.runId));
  const { status, effects } = await resultOf(next, first.runId);
  assertEquals([status, effects.map(({ tool }) => tool)], ["cancelled", ["who"]]);
  assertEquals(await echoes(folder.root), []);
});

Deno.test("a run that was left, and one that cannot be read, keep no other from going on", {
  ignore: IS_IN_MEMORY,
}, async () => {
  await using folder = await newFolder();
  const settings = { ...ASK_AT_CALL, holdMs: 0 };
  let runs: RunResult[];
  {
    await using dying = await start(settings, folder.root);
    const code = `import { echo } from "./servers/odd/echo.ts"; await echo({ n: 1 });`;
    runs = await Promise.all([1, 2, 3].map(() => dying.run({ code })));
  }
  const [bad, worse, good] = runs.map(({ runId }) => runId);
  changeJournal(
    folder.root,
    `UPDATE events SET event = '{' WHERE subject = '${bad}' AND sequence = 1;
    UPDATE events SET body = X'7b' WHERE subject = '${worse}' AND body IS NOT NULL`,
  );
  await using runtime = await start(settings, folder.root);
  runtime.resumeLost();
  await runtime.approvals.decide(runs[2]!.approvals[0]!, ONCE);
  assertEquals((await resultOf(runtime, good!)).status, "completed");
});

/** Changes the journal behind the back of its hosts. */
function changeJournal(root: string, sql: string): void {
  using database = new DatabaseSync(join(root, ".airlock", "journal.sqlite"));
  // The index is made again of what is there.
  database.exec(`${sql}; DELETE FROM run_index; UPDATE run_index_end SET position = 0`);
}

Deno.test("a program that does something else when it is run again is ended, and says where", async () => {
  await using folder = await newFolder();
  await using runtime = await start({ ...ASK_AT_CALL, holdMs: 0 }, folder.root);
  const code = `import { echo } from "./servers/odd/echo.ts";
import { slow } from "./servers/odd/slow.ts";
let runs = 0;
try { runs = Number(await Deno.readTextFile("./workspace/runs")); } catch { /* the first */ }
await Deno.writeTextFile("./workspace/runs", String(runs + 1));
await slow({ ms: runs });
await echo({ n: 1 });`;
  const { runId, approvals: [id] } = await runtime.run({ code, session: "kept" });
  await runtime.approvals.decide(id!, ONCE);
  const { status, error, effects } = await resultOf(runtime, runId);
  assertEquals([status, error?.code], ["failed", "REPLAY_DIVERGED"]);
  assert(error!.message.includes('call 1, odd.slow with {"ms":0}'), error!.message);
  assertEquals(effects.map(({ tool }) => tool), ["slow"]);
  assertEquals(await echoes(folder.root), []);
});

Deno.test("a blocked level and a blocked tool need no person, and run nothing", async () => {
  await using folder = await newFolder();
  const approvals = {
    levels: { medium: "require" },
    rules: [{ server: "o*", then: "require" }, { annotation: "none", then: "block" }],
  } as const;
  await using runtime = await start({ ...approvals, levels: { medium: "allow" } }, folder.root);
  const called = await runtime.run({ code: CODE });
  assertEquals([called.status, called.error?.code], ["denied", "TOOL_DENIED"]);
  {
    await using blocking = await start({ levels: { medium: "block" } }, folder.root);
    const { status, error } = await blocking.run({ code: CODE });
    assertEquals([status, error?.code], ["denied", "FORBIDDEN"]);
  }
  assertEquals(await echoes(folder.root), []);
});

Deno.test("where nobody can be asked, what must be asked about is denied", async () => {
  await using folder = await newFolder();
  const input = {
    mcpServers: { odd: oddServer() },
    folders: {
      servers: join(folder.root, "servers"),
      skills: join(folder.root, "skills"),
      workspace: join(folder.root, "workspace"),
    },
    pool: { idleWorkers: 0, idleSessions: 0 },
    approvals: ASK_BEFORE,
  };
  await using runtime = await createRuntime(input);
  assertEquals(runtime.config.journal.keep, "memory");
  const denied = await runtime.run({ code: CODE });
  assertEquals([denied.status, denied.error?.code], ["denied", "APPROVAL_UNAVAILABLE"]);
  // One who embeds Airlock and says how to ask is asked.
  runtime.approvals.onAsk(({ approvalId }) =>
    queueMicrotask(async () => await runtime.approvals.decide(approvalId, ONCE))
  );
  assertEquals((await runtime.run({ code: CODE })).status, "completed");
});

Deno.test("a request made again under its key is the same run, also after a restart", async () => {
  await using folder = await newFolder();
  const request = {
    code: `import { echo } from "./servers/odd/echo.ts"; await echo({ n: 1 }); return "done";`,
    idempotencyKey: "key",
  };
  const allow = { levels: { medium: "allow" } } as const;
  const runIds: string[] = [];
  for (const _start of [1, 2]) {
    await using runtime = await start(allow, folder.root);
    const results = await Promise.all([runtime.run(request), runtime.run(request)]);
    runIds.push(...results.map(({ runId }) => runId));
    for (const change of [{ code: "return 2;" }, { mode: "auto" }, { timeoutMs: 7 }] as const) {
      const conflict = await runtime.run({ ...request, ...change }).catch(({ code }) => code);
      assertEquals(conflict, "IDEMPOTENCY_CONFLICT");
    }
    assertEquals((await runtime.run({ ...request, mode: "program" })).runId, runIds[0]);
    // One principal's key says nothing to another.
    const principal = { name: "other", permission: "full" } as const;
    const other = await runtime.run({ code: "return 2;", idempotencyKey: "key", principal });
    assert(!runIds.includes(other.runId));
  }
  assertEquals(new Set(runIds).size, 1);
  assertEquals(await echoes(folder.root), [1]);
});

Deno.test("every clock of a program says the same when it is run again", async () => {
  await using folder = await newFolder();
  await using runtime = await start({ ...ASK_AT_CALL, holdMs: 0 }, folder.root);
  const code = `import { echo } from "./servers/odd/echo.ts";
const format = new Intl.DateTimeFormat("en", { timeStyle: "medium" });
const fine = new Intl.DateTimeFormat("en", { second: "numeric", fractionalSecondDigits: 3 });
performance.mark("a");
const clocks = () => ({
  plain: fine.format(),
  mapped: [undefined].map(fine.format)[0],
  parts: fine.formatToParts().map(({ value }) => value).join(""),
  fixed: format.format(0) === format.format(new Date(0)),
  mark: performance.mark("b", { detail: 1 }).startTime,
  given: performance.mark("c", { startTime: 7 }).startTime,
  lasts: performance.measure("e").duration,
  since: performance.measure("f", "a").duration,
  between: performance.measure("g", "a", "b").duration,
  from: performance.measure("h", { start: 1, detail: 2 }).duration,
  two: performance.measure("i", { start: 1, duration: 2 }).duration,
  json: performance.toJSON(),
  origin: performance.timeOrigin,
  now: performance.now(),
  date: [Date.now(), new Date().toISOString(), Date()],
  temporal: Temporal.Now.instant().toString(),
  file: [new File([], "a").lastModified, new File([], "a", { lastModified: 5 }).lastModified],
});
const { arguments: first } = await echo(clocks());
const { arguments: second } = await echo(clocks());
return [first, first.given, first.two, second.date[0] >= first.date[0]];`;
  const { runId, approvals } = await runtime.run({ code });
  await runtime.approvals.decide(approvals[0]!, ONCE);
  const [next] = await untilAsked(runtime, "call");
  await runtime.approvals.decide(next!.approvalId, ONCE);
  const { status, value, error, calls } = await resultOf(runtime, runId);
  assertEquals([status, error], ["completed", null]);
  assertEquals(calls.map(({ replayed }) => replayed ?? false), [true, false]);
  const [first, ...rest] = value as [Record<string, number>, ...unknown[]];
  assertEquals(rest, [7, 2, true]);
  // Read one after the other: a busy machine may need a while, and a minute may end between.
  const apart = Math.abs(Number(first.plain) - Number(first.parts));
  assert(Math.min(apart, 60 - apart) < 5, `${first.plain} ${first.parts}`);
  assert(first.fixed);
});
