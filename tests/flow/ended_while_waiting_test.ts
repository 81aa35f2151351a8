import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { openAuditLog } from "../../src/audit/audit_log.ts";
import type { RunResult } from "../../src/model/run_result.ts";
import {
  IS_IN_MEMORY,
  oddServer,
  startTestRuntime,
  type TestRuntime,
} from "../fixtures/test_runtime.ts";

const project = new URL("../../", import.meta.url).pathname;

const CODE = `import { echo } from "./servers/odd/echo.ts";
await echo({ n: 1 });
await echo({ n: 2 });`;

const APPROVALS = { waitMs: 0, holdMs: 0, rules: [{ tool: "echo", then: "require" }] } as const;
const SESSION = { decision: "approve", scope: "session", by: "somebody" } as const;
const OWNER = "owner";

function start(root?: string, approvals = {}): Promise<TestRuntime> {
  return startTestRuntime({
    mcpServers: { odd: oddServer() },
    approvals: { ...APPROVALS, ...approvals },
    ...(root !== undefined && { root }),
  });
}

async function kindsOf({ config }: TestRuntime, runId: string): Promise<string[]> {
  using log = await openAuditLog({ folder: config.folders.state });
  return [...log.read({ runId })].map(({ kind, body }) =>
    kind === "run_ended" || kind === "approval_decided"
      ? `${kind} ${JSON.parse(body).status ?? JSON.parse(body).decision}`
      : kind
  );
}

async function statesOf(runtime: TestRuntime, runId: string): Promise<string[]> {
  return (await runtime.approvals.list()).filter((one) => one.runId === runId).map(({ state }) =>
    state
  );
}

Deno.test("a run that was put away and is cancelled has its end in the audit, once", async () => {
  await using runtime = await start();
  const { runId } = await runtime.run({ code: CODE });
  assert(await runtime.cancel(runId));
  assertEquals((await runtime.find(runId))?.state, "finished");
  assert(!await runtime.cancel(runId));
  const kinds = await kindsOf(runtime, runId);
  assertEquals(kinds.slice(-2), ["run_ended cancelled", "approval_decided withdrawn"]);
  assertEquals(kinds.filter((kind) => kind.startsWith("run_ended")).length, 1);
  const metrics = await runtime.metricsText();
  assert(/airlock_runs_total\{[^}]*status="cancelled"[^}]*\} 1/.test(metrics), metrics);
});

Deno.test("a closed session takes its waiting runs and their approvals with it", async () => {
  await using runtime = await start();
  const putAway = await runtime.run({ code: CODE, session: "books" });
  const other = await runtime.run({ code: CODE, session: "other" });
  const { held } = await runAndWait(runtime);
  await runtime.sessions.close({ name: "books", owner: OWNER });
  const { runId, status, error } = await held;
  assertEquals([status, error?.code], ["cancelled", "CANCELLED"]);
  for (const id of [putAway.runId, runId]) {
    assertEquals((await runtime.find(id))?.state, "finished");
    assertEquals(await statesOf(runtime, id), ["withdrawn"]);
    const ends = (await kindsOf(runtime, id)).filter((kind) => kind.startsWith("run_ended"));
    assertEquals(ends, ["run_ended cancelled"]);
  }
  assertEquals((await runtime.find(other.runId))?.state, "waiting");
  assertEquals(await runtime.sessions.find({ name: "books", owner: OWNER }), undefined);
});

Deno.test("a run that waits with its worker kept does not keep its session open", async () => {
  await using runtime = await start(undefined, { holdMs: 60_000 });
  const asked = Promise.withResolvers<void>();
  const held = runtime.run({
    code: CODE,
    session: "books",
    waitMs: 60_000,
    onEvent: (event) => event.type === "approval" && asked.resolve(),
  });
  await asked.promise;
  await runtime.sessions.close({ name: "books", owner: OWNER });
  const { runId, status } = await held;
  assertEquals([status, await statesOf(runtime, runId)], ["cancelled", ["withdrawn"]]);
  assertEquals((await kindsOf(runtime, runId)).includes("run_ended cancelled"), true);
});

Deno.test("what was granted in a session is good for none of the same name", async () => {
  await using runtime = await start();
  const first = await runtime.run({ code: CODE, session: "books" });
  await runtime.approvals.decide(first.approvals[0]!, SESSION);
  await ended(runtime, first.runId);
  await runtime.sessions.close({ name: "books", owner: OWNER });
  assertEquals((await runtime.run({ code: CODE, session: "books" })).status, "waiting");
});

Deno.test("the command that closes a session cancels what waits in it, beside a host", {
  ignore: IS_IN_MEMORY,
}, async () => {
  const root = await Deno.makeTempDir();
  {
    await using runtime = await start(root);
    const { held } = await runAndWait(runtime);
    await Deno.writeTextFile(join(root, "airlock.json"), "{}");
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", join(project, "src/commands/sessions.ts"), "close", "books"],
      cwd: root,
      env: { INIT_CWD: root },
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    const { runId, status } = await held;
    assertEquals(status, "cancelled");
    assertEquals(await statesOf(runtime, runId), ["withdrawn"]);
    const ends = (await kindsOf(runtime, runId)).filter((kind) => kind.startsWith("run_ended"));
    assertEquals(ends, ["run_ended cancelled"]);
  }
  await Deno.remove(root, { recursive: true });
});

/** Starts a run of the session that its caller waits for; resolves when it waits for a person. */
async function runAndWait(runtime: TestRuntime): Promise<{ held: Promise<RunResult> }> {
  const started = Promise.withResolvers<string>();
  const held = runtime.run({
    code: `${CODE}\n// held`,
    session: "books",
    waitMs: 60_000,
    onEvent: (event) => event.type === "started" && started.resolve(event.runId),
  });
  const runId = await started.promise;
  while (!(await kindsOf(runtime, runId)).includes("run_waiting")) await nextTurn();
  // An async function would wait for the run itself.
  return { held };
}

async function ended(runtime: TestRuntime, runId: string): Promise<void> {
  while ((await runtime.find(runId))?.state !== "finished") await nextTurn();
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 10));
}
