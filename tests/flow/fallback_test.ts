import { assert, assertEquals } from "@std/assert";
import { openAuditLog } from "../../src/audit/audit_log.ts";
import { oddServer, startTestRuntime, type TestRuntime } from "../fixtures/test_runtime.ts";

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
