import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openAuditLog } from "../../src/audit/audit_log.ts";
import type { RunResult } from "../../src/model/run_result.ts";
import { startTestRuntime, type TestRuntime } from "../fixtures/test_runtime.ts";

const CRM = new URL("../../examples/servers/crm.ts", import.meta.url).pathname;
const GET = 'import { get_lead } from "./servers/crm/get_lead.ts";\n';
const UPDATE = 'import { update_lead } from "./servers/crm/update_lead.ts";\n';

/** A runtime with a small catalogue; what its tools answer is known to be small. */
async function start(
  options: Parameters<typeof startTestRuntime>[0] = {},
): Promise<TestRuntime> {
  const allow = ["get_lead", "list_leads", "update_lead"];
  const crm = { command: "deno", args: ["run", "--no-prompt", CRM], tools: { allow } };
  const runtime = await startTestRuntime({ ...options, mcpServers: { crm } });
  for (const [tool, more] of [["get_lead", {}], ["update_lead", { status: "lost" }]] as const) {
    const { error } = await runtime.callTool({
      server: "crm",
      tool,
      arguments: { lead_id: "lead-00009", ...more },
    });
    assertEquals(error, null);
  }
  return runtime;
}

Deno.test("mode auto: a classic call gives the value that the program gives in a worker", async () => {
  await using runtime = await start({ limits: { resultModelTokens: 150 } });
  const programs = [
    `${GET}return await get_lead({ lead_id: "lead-00001" });`,
    `${GET}\n  export default get_lead({ lead_id: "no such lead" });`,
    `${GET}return await get_lead({ lead_id: "lead-99999" });`,
    `${GET}return await get_lead({ lead: "lead-00001" });`,
    'import * as crm from "./servers/crm";\nreturn await crm.get_lead({ lead_id: "lead-00001" });',
    `${UPDATE}return await update_lead({ lead_id: "lead-00002", status: "lost" });`,
  ];
  for (const code of programs) {
    const worker = await runtime.run({ code });
    const classic = await runtime.run({ code, mode: "auto" });
    assertEquals([worker.mode, classic.mode], [undefined, "classic"], classic.modeReason);
    assertEquals(outcomeOf(classic), outcomeOf(worker), code);
    assertEquals(await runtime.find(classic.runId), { state: "finished", result: classic });
  }
});

/** What a model is given, without what is another each time. */
function outcomeOf({ runId, status, value, effects, error, calls }: RunResult) {
  const outcomes = calls.map(({ server, tool, outcome, code }) => ({
    server,
    tool,
    outcome,
    code,
  }));
  const text = JSON.stringify({ status, value, effects, code: error?.code, outcomes });
  // Each run has its own end of tokens, names its file, and was made at its own time.
  return JSON.parse(
    text.replaceAll(/_[a-z2-9]{3,8}\]/g, "]").replaceAll(runId, "run")
      .replaceAll(/(updated_at[\\":]+)[^"\\]+/g, "$1now"),
  );
}

Deno.test("mode auto: a program that logs, or whose arguments hold tokens, is run in a worker", async () => {
  await using runtime = await start();
  for (
    const [code, reason] of [
      [`${GET}console.log(await get_lead({ lead_id: "lead-00001" }));`, "it logs the answer"],
      [`${GET}return await get_lead({ lead_id: "[EMAIL_1_zzz]" });`, "tokens"],
    ] as const
  ) {
    const { mode, modeReason } = await runtime.run({ code, mode: "auto" });
    assertEquals(mode, "program");
    assertStringIncludes(modeReason!, reason);
  }
});

Deno.test("mode auto: schemas and permissions hold for a classic call", async () => {
  await using runtime = await start({ policy: { check: "error" } });
  const wrong = await runtime.run({
    code: `${GET}return await get_lead({ id: 1 });`,
    mode: "auto",
  });
  assertEquals([wrong.mode, wrong.error?.code], ["classic", "ARGUMENTS_INVALID"]);
  const code = `${UPDATE}return await update_lead({ lead_id: "lead-00002", status: "lost" });`;
  const denied = await runtime.run({ code, mode: "auto", permission: "read_only" });
  assertEquals([denied.status, denied.error?.code], ["denied", "TOOL_DENIED"]);
});

Deno.test("mode auto: what a person must approve is a run, which waits for that person", async () => {
  const approvals = { rules: [{ tool: "update_lead", then: "require" }], holdMs: 0 } as const;
  await using runtime = await startWaiting(approvals);
  const code = `${UPDATE}return await update_lead({ lead_id: "lead-00003", status: "lost" });`;
  const { status, calls, mode, modeReason, effects } = await runtime.run({
    code,
    mode: "auto",
    waitMs: 60_000,
    onEvent(event) {
      if (event.type !== "approval") return;
      const { approvalId } = event.approval;
      queueMicrotask(async () =>
        await runtime.approvals.decide(approvalId, {
          decision: "approve",
          scope: "once",
          by: "test",
        })
      );
    },
  });
  assertEquals([status, mode, calls.length, effects.length], ["completed", "program", 1, 1]);
  assertEquals(modeReason, "a person must approve it");
});

/** Its sizes are known by a program's call, that a person allowed. */
async function startWaiting(
  approvals: NonNullable<Parameters<typeof startTestRuntime>[0]>["approvals"] & object,
): Promise<TestRuntime> {
  const crm = {
    command: "deno",
    args: ["run", "--no-prompt", CRM],
    tools: { allow: ["update_lead"] },
  };
  const runtime = await startTestRuntime({ approvals, mcpServers: { crm } });
  const { status } = await runtime.run({
    code: `${UPDATE}await update_lead({ lead_id: "lead-00003", status: "new" });`,
    waitMs: 60_000,
    onEvent(event) {
      if (event.type !== "approval") return;
      const { approvalId } = event.approval;
      queueMicrotask(async () =>
        await runtime.approvals.decide(approvalId, {
          decision: "approve",
          scope: "once",
          by: "test",
        })
      );
    },
  });
  assertEquals(status, "completed");
  return runtime;
}

Deno.test("mode auto: a classic call keeps to the run's time and to its cancelling", async () => {
  const odd = new URL("../fixtures/servers/odd.ts", import.meta.url).pathname;
  await using runtime = await startTestRuntime({
    mcpServers: { odd: { command: "deno", args: ["run", "-A", odd] } },
  });
  const code = (ms: number) =>
    `import { slow } from "./servers/odd/slow.ts";\nreturn await slow({ ms: ${ms} });`;
  assertEquals((await runtime.run({ code: code(1) })).value, "late");
  const late = await runtime.run({ code: code(50_000), mode: "auto", timeoutMs: 100 });
  assertEquals([late.mode, late.status, late.error?.limit?.max], ["classic", "timed_out", 100]);
  assertEquals(late.calls.map(({ outcome }) => outcome), ["unfinished"]);
  const controller = new AbortController();
  const cancelled = runtime.run({ code: code(50_000), mode: "auto", signal: controller.signal });
  controller.abort();
  assertEquals((await cancelled).status, "cancelled");
});

Deno.test("mode auto: a classic call is audited and counted as classic, with no worker", async () => {
  await using runtime = await start();
  const code = `${GET}return await get_lead({ lead_id: "lead-00001" });`;
  const { runId, mode, modeReason, risk } = await runtime.run({ code, mode: "auto" });
  assertEquals([mode, risk?.level], ["classic", "low"]);
  assertStringIncludes(modeReason!, "one call");
  const other = await runtime.run({ code: "return 1;", mode: "auto" });
  assertEquals([other.mode, other.value], ["program", 1]);
  const text = await runtime.metricsText();
  assert(text.includes('airlock_runs_total{status="completed",risk="low",mode="program"} 1'), text);
  assert(/airlock_runs_total\{[^}]*risk="low",mode="classic"\} [1-3]\n/.test(text), text);
  assert(text.includes('airlock_workers_total{event="taken_fresh"} 1'), text);
  using log = await openAuditLog({ folder: runtime.config.folders.state });
  const entries = [...log.read({ runId })].map(({ kind, body }) => ({
    kind,
    body: JSON.parse(body),
  }));
  assertEquals(entries.map(({ kind }) => kind), [
    "run_started",
    "call_started",
    "call_ended",
    "run_ended",
  ]);
  const { body } = entries[0]!;
  assertEquals([body.mode, body.tier], ["classic", "none"]);
  assertEquals([body.program, body.capabilities.length], ["", 0]);
});
