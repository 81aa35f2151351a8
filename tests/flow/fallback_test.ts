import { assert, assertEquals } from "@std/assert";
import { openAuditLog } from "../../src/audit/audit_log.ts";
import { startTestRuntime, type TestRuntime } from "../fixtures/test_runtime.ts";

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
    assertEquals(runtime.find(result.runId), { state: "finished", result });
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
    `import { callTool } from "airlock";\nconst tool = "delete_lead";\n` +
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

async function kinds(runtime: TestRuntime, runId: string): Promise<string[]> {
  using log = await openAuditLog({ folder: runtime.config.folders.state });
  return [...log.read({ runId })].map(({ kind }) => kind).filter((kind) => kind !== "anomaly");
}
