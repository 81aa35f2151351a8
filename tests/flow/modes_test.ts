import { StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { openAuditLog } from "../../src/audit/audit_log.ts";
import { parseConfig } from "../../src/config/config.ts";
import { startGateway } from "../../src/gateway/start_gateway.ts";
import { createRuntime } from "../../src/host/create_runtime.ts";
import type { RunResult } from "../../src/model/run_result.ts";
import { oddServer, startTestRuntime, type TestRuntime } from "../fixtures/test_runtime.ts";
import { connectClient } from "../gateway/mcp/mcp_clients.ts";

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

const fallback = { server: "crm", tool: "get_lead", arguments: { lead_id: "lead-00001" } };

Deno.test("a classic call takes the place of a program that failed before it changed anything", async () => {
  await using runtime = await startTestRuntime({ servers: ["crm"], policy: { check: "error" } });
  const programs: [string, string][] = [
    ["return (", "PROGRAM_SYNTAX"],
    ['import "npm:left-pad";', "IMPORT_REFUSED"],
    ["const n: number = 'x';", "TYPE_ERROR"],
    ["throw new Error('no');", "PROGRAM_THREW"],
  ];
  for (const [code, reason] of programs) {
    const result = await runtime.run({ code, fallback });
    assertEquals([result.status, result.error], ["completed", null], reason);
    assertEquals(result.fallback?.code, reason);
    assertEquals((result.value as { id: string }).id, "lead-00001");
    assertEquals(result.calls.map(({ seq, tool }) => [seq, tool]), [[1, "get_lead"]]);
    assertEquals(await runtime.find(result.runId), { state: "finished", result });
  }
  const text = await runtime.metricsText();
  assert(text.includes('airlock_fallbacks_total{reason="TYPE_ERROR"} 1'), text);
  assert(text.includes('mode="classic"} 4'), text);
});

Deno.test("after a read a classic call is made, after an effect never, nor after a denial", async () => {
  await using runtime = await startTestRuntime({ servers: ["crm"] });
  const crm = (tool: string) => `import { ${tool} } from "./servers/crm/${tool}.ts";\n`;
  const read = await runtime.run({
    code: `${crm("list_leads")}await list_leads({ limit: 1 }); throw new Error("no");`,
    fallback,
  });
  assertEquals(read.calls.map(({ seq, tool }) => [seq, tool]), [[1, "list_leads"], [
    2,
    "get_lead",
  ]]);
  const programs = [
    `${crm("update_lead")}await update_lead({ lead_id: "lead-00002", status: "lost" });\nnull.x;`,
    `import { callTool } from "airlock";\nconst tool = "delete_" + ["lead"].at(Date.now() * 0);\n` +
    'await callTool("crm", tool, {});',
    'await Deno.readTextFile("/etc/passwd");',
  ];
  for (const code of programs) {
    const { fallback: made, status, calls } = await runtime.run({ code, fallback });
    assertEquals(made, undefined, code);
    assert(status !== "completed" && !calls.some(({ tool }) => tool === "get_lead"), code);
  }
  const controller = new AbortController();
  controller.abort();
  const cancelled = await runtime.run({ code: "return 1;", fallback, signal: controller.signal });
  assertEquals([cancelled.status, cancelled.fallback], ["cancelled", undefined]);
  const fine = await runtime.run({ code: "return 1;", fallback });
  assertEquals([fine.value, fine.fallback, fine.calls], [1, undefined, []]);
});

Deno.test("a classic call goes through the same door, permission and audit as a program's", async () => {
  await using runtime = await startTestRuntime({ servers: ["crm"] });
  const { runId, value, calls } = await runtime.callTool({ ...fallback, session: "books" });
  const { email } = value as { email: string };
  assert(/^\[EMAIL_\d+_\w+\]$/.test(email), email);
  assertEquals(calls.map(({ outcome }) => outcome), ["ok"]);
  const entries = await kinds(runtime, runId);
  assertEquals(entries, ["run_started", "call_started", "call_ended", "run_ended"]);
  const denied = await runtime.callTool({
    server: "crm",
    tool: "update_lead",
    arguments: { lead_id: "lead-00001", status: "lost" },
    permission: "read_only",
  });
  assertEquals([denied.status, denied.error?.code], ["denied", "TOOL_DENIED"]);
  assertEquals(await kinds(runtime, denied.runId), ["run_started", "call_denied", "run_ended"]);
  const outcomes: [object, string | undefined][] = [
    [{ ...fallback, tool: "ann@example.com" }, "TOOL_UNKNOWN"],
    [{ ...fallback, server: "nobody" }, "NOT_FOUND"],
    [{ ...fallback, arguments: { lead_id: 7 } }, "ARGUMENTS_INVALID"],
    [{ ...fallback, arguments: { lead_id: "lead-99999" } }, "TOOL_FAILED"],
  ];
  for (const [request, code] of outcomes) {
    const { error } = await runtime.callTool(request as typeof fallback);
    assertEquals(error?.code, code);
  }
});

Deno.test("the effect of a call is known by how it ended, of a program's as of a classic one", async () => {
  await using runtime = await startTestRuntime({
    servers: ["crm"],
    mcpServers: { odd: oddServer() },
  });
  const lead = { lead_id: "lead-00001" };
  const foreign = "[EMAIL_1_zzzz]";
  const calls: [string, string, Record<string, unknown>, string | undefined][] = [
    ["crm", "get_lead", lead, undefined],
    ["crm", "update_lead", { ...lead, status: "lost" }, "done"],
    ["crm", "update_lead", { ...lead, email: foreign }, undefined],
    ["crm", "update_lead", { ...lead, status: 7 }, undefined],
    ["odd", "echo", { n: 1 }, "done"],
    ["odd", "fail", { message: "half of it is done" }, "unknown"],
  ];
  for (const [server, tool, args, state] of calls) {
    const classic = await runtime.callTool({ server, tool, arguments: args });
    const words = [server, tool, args].map((word) => JSON.stringify(word)).join(", ");
    const program = await runtime.run({
      code: `import { callTool } from "airlock"; try { await callTool(${words}); } catch {}`,
    });
    for (const { effects } of [classic, program]) {
      const found = effects.map((effect) => [effect.server, effect.tool, effect.state]);
      assertEquals(found, state === undefined ? [] : [[server, tool, state]], words);
    }
  }
  const made = await runtime.run({
    code: "throw new Error('no');",
    fallback: { server: "odd", tool: "echo", arguments: { n: 2 } },
  });
  assertEquals(made.effects.map(({ tool, state }) => [tool, state]), [["echo", "done"]]);
});

async function kinds(runtime: TestRuntime, runId: string): Promise<string[]> {
  using log = await openAuditLog({ folder: runtime.config.folders.state });
  return [...log.read({ runId })].map(({ kind }) => kind).filter((kind) => kind !== "anomaly");
}

Deno.test("a program and the classic call in its place have the risk of both", async () => {
  await using runtime = await startTestRuntime({
    servers: ["crm"],
    policy: { risk: { tools: [{ server: "crm", tool: "get_lead", effect: "destroys" }] } },
  });
  const rows: readonly [code: string, rules: readonly string[]][] = [
    ["throw new Error('no');", ["destroys"]],
    ["const o = { apiKey: 'abcdefgh' }; throw new Error('no');", ["destroys", "holds_a_secret"]],
  ];
  for (const [code, rules] of rows) {
    const { fallback: made, risk } = await runtime.run({ code, fallback });
    assertEquals(made?.tool, "get_lead");
    assertEquals([risk?.level, risk?.estimatedWrites], ["high", 1]);
    assertEquals(risk?.findings.map(({ rule }) => rule).sort(), rules);
  }
});

const project = new URL("../../", import.meta.url).pathname;

const CODE = `import { get_lead } from "./servers/crm/get_lead.ts";
console.log("asking");
const lead = await get_lead({ lead_id: "lead-00001" });
await Deno.writeTextFile("./workspace/lead.txt", lead.id);
return { id: lead.id, missing: await get_lead({ lead_id: "lead-99999" }).catch((e) => e.message) };`;

Deno.test("the command line, HTTP, MCP and the library give the same result", async () => {
  const root = await Deno.makeTempDir();
  const crm = ["run", "--no-prompt", join(project, "examples/servers/crm.ts")];
  const input = { mcpServers: { crm: { command: "deno", args: crm } }, gateway: { port: 0 } };
  await Deno.writeTextFile(join(root, "airlock.json"), JSON.stringify(input));
  await Deno.writeTextFile(join(root, "program.ts"), CODE);

  const byCommand = await runByCommand(root);
  await using runtime = await createRuntime(await parseConfig(input, { root }));
  const byLibrary = await runtime.run({ code: CODE });
  const gateway = await startGateway(runtime);
  const token = (await Deno.readTextFile(gateway.tokenPath)).trim();
  const response = await fetch(`${gateway.url}/v1/runs`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ code: CODE }),
  });
  const byHttp = await response.json();
  const byMcp = await runByMcp(gateway.url, token);
  await gateway.stop();

  assertEquals(byLibrary.status, "completed");
  assertEquals(comparable(byCommand), comparable(byLibrary));
  assertEquals(comparable(byHttp), comparable(byLibrary));
  const { value, logs, files } = byLibrary;
  assertEquals([byMcp.status, byMcp.value, byMcp.logs], [
    "completed",
    value,
    logs.map(({ text }) => text),
  ]);
  assertEquals(byMcp.files, files.map(({ path, bytes }) => `${path} (${bytes} bytes)`));
  await Deno.remove(root, { recursive: true });
});

async function runByMcp(url: string, token: string): Promise<Record<string, unknown>> {
  const transport = new StreamableHTTPClientTransport(new URL(`${url}/mcp`), {
    requestInit: { headers: { authorization: `Bearer ${token}` } },
  });
  await using client = await connectClient("stateless", transport);
  return (await client.call("run_program", { code: CODE })).structured!;
}

async function runByCommand(root: string): Promise<RunResult> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", join(project, "src/commands/run.ts"), "program.ts", "--json"],
    cwd: root,
    env: { INIT_CWD: root },
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** A result without what no two runs share: ids and measures. */
function comparable({ runId: _, usage, logs, calls, ...rest }: RunResult) {
  return {
    ...rest,
    logs: logs.map(({ level, text }) => ({ level, text })),
    calls: calls.map(({ ms: _, ...call }) => call),
    usage: [usage.calls, usage.intermediateBytes, usage.modelTokens],
  };
}
