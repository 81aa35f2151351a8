import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openAuditLog } from "../../src/audit/audit_log.ts";
import { consoleText } from "../../src/result/shape_result.ts";
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

/** A result without what is another's each time. */
function lasting({ mode: _mode, modeReason: _reason, ...result }: RunResult) {
  const { calls, intermediateBytes, programModelTokens } = result.usage;
  const usage = { calls, intermediateBytes, programModelTokens };
  const text = JSON.stringify({
    ...result,
    runId: "",
    usage,
    logs: result.logs.map(({ level, text }) => ({ level, text })),
    calls: result.calls.map(({ ms: _ms, ...call }) => call),
  });
  // Each run has its own end of tokens, names its file, and was made at its own time.
  return JSON.parse(
    text.replaceAll(/_[a-z2-9]{3,8}\]/g, "]").replaceAll(result.runId, "run")
      .replaceAll(/(updated_at[\\":]+)[^"\\]+/g, "$1now"),
  );
}

Deno.test("a call that the host makes comes to the same result as in a worker", async () => {
  await using runtime = await start({ limits: { resultModelTokens: 150 } });
  const programs = [
    `${GET}return await get_lead({ lead_id: "lead-00001" });`,
    `${GET}const lead = await get_lead({ lead_id: "lead-00001" });\n\nconsole.log(lead);`,
    `${GET}\n  export default get_lead({ lead_id: "no such lead" });`,
    `${GET}return await get_lead({ lead_id: "lead-99999" });`,
    `${GET}return await get_lead({ lead: "lead-00001" });`,
    `${GET}return await get_lead({ lead_id: "[EMAIL_1_zzz]" });`,
    'import * as crm from "./servers/crm";\nreturn await crm.get_lead({ lead_id: "lead-00001" });',
    'import { callTool } from "airlock";\nconsole.log(await callTool("crm", "get_lead", {}));',
    `${UPDATE}return await update_lead({ lead_id: "lead-00002", status: "lost" });`,
  ];
  for (const code of programs) {
    const worker = await runtime.run({ code });
    const host = await runtime.run({ code, mode: "auto" });
    assertEquals([worker.mode, host.mode], [undefined, "classic"], host.modeReason);
    assertEquals(lasting(host), lasting(worker), code);
  }
});

Deno.test("what console.log shows of an answer is the same, whoever made the call", async () => {
  await using runtime = await startTestRuntime({ servers: ["crm"], privacy: { enabled: false } });
  const deep = { a: { b: { c: { d: { e: 1 } } } } };
  const values: unknown[] = [null, "text\n", "x".repeat(20_000), 1.5, [], Array(200).fill(7), deep];
  values.push({ long: "y".repeat(20_000), quote: "it's", ["a b"]: Array(30).fill(deep) });
  const code = `for (const value of ${JSON.stringify(values)}) console.log(value);`;
  const { logs } = await runtime.run({ code });
  assertEquals(logs.length, values.length);
  for (const [at, value] of values.entries()) {
    // Their texts are too long to be compared by a message.
    assert(consoleText(value) === logs[at]!.text, JSON.stringify(value).slice(0, 100));
  }
});

Deno.test("types, permissions and what a person rejects hold for a call that the host makes", async () => {
  await using runtime = await start({ policy: { check: "error" } });
  const wrong = await runtime.run({
    code: `${GET}return await get_lead({ id: 1 });`,
    mode: "auto",
  });
  assertEquals([wrong.error?.code, wrong.calls], ["TYPE_ERROR", []]);
  const code = `${UPDATE}return await update_lead({ lead_id: "lead-00002", status: "lost" });`;
  const denied = await runtime.run({ code, mode: "auto", permission: "read_only" });
  assertEquals([denied.status, denied.error?.code], ["denied", "TOOL_DENIED"]);
});

Deno.test("a call that the host makes waits for a person, and is made once when that one has decided", async () => {
  const approvals = { rules: [{ tool: "update_lead", then: "require" }], holdMs: 0 } as const;
  await using runtime = await startWaiting(approvals);
  const code = `${UPDATE}return await update_lead({ lead_id: "lead-00003", status: "lost" });`;
  const { status, calls, mode, effects } = await runtime.run({
    code,
    mode: "auto",
    waitMs: 60_000,
    onEvent(event) {
      if (event.type !== "approval") return;
      const { approvalId } = event.approval;
      queueMicrotask(() =>
        runtime.approvals.decide(approvalId, { decision: "approve", scope: "once", by: "test" })
      );
    },
  });
  assertEquals([status, mode, calls.length, effects.length], ["completed", "classic", 1, 1]);
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
      queueMicrotask(() =>
        runtime.approvals.decide(approvalId, { decision: "approve", scope: "once", by: "test" })
      );
    },
  });
  assertEquals(status, "completed");
  return runtime;
}

Deno.test("a host that makes a call keeps to the run's time and to its cancelling", async () => {
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

Deno.test("a call that the host makes is written down and counted as classic, with no worker", async () => {
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
  assertEquals([body.program, body.capabilities.length], [code, 1]);
});
