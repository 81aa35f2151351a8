import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { sampled } from "../fixtures/sampled.ts";
import { oddServer, startTestRuntime } from "../fixtures/test_runtime.ts";

Deno.test("a program reads 10,000 rows of a real server and returns a line", async () => {
  const privacy = { enabled: false };
  await using runtime = await startTestRuntime({ servers: ["crm"], privacy });
  const { status, value, calls, usage } = await runtime.run({
    code: `import { list_leads } from "./servers/crm/list_leads.ts";
const { leads } = await list_leads({ limit: 10_000 });
return leads.filter((lead) => lead.status === "duplicate").length;`,
  });
  assertEquals([status, value], ["completed", 40]);
  assertEquals(calls.map(({ server, tool, outcome }) => [server, tool, outcome]), [
    ["crm", "list_leads", "ok"],
  ]);
  assert(calls[0]!.resultBytes > 1_000_000);
  assert(usage.intermediateBytes > 1_000_000 && usage.modelTokens < 10);
  const { intermediateModelTokens, programModelTokens, modelTokens } = usage;
  const bytesPerToken = usage.intermediateBytes / intermediateModelTokens;
  assert(bytesPerToken > 2 && bytesPerToken < 5, `${bytesPerToken}`);
  assertEquals(
    usage.savedModelTokens,
    intermediateModelTokens - programModelTokens - modelTokens,
  );
  assert(usage.definitionModelTokens > 1_000);
});

Deno.test("a run may call just what its imports name, whatever it asks for", async () => {
  await using runtime = await startTestRuntime({ servers: ["crm"] });
  const { value, calls } = await runtime.run({
    code: `import { get_lead } from "./servers/crm/get_lead.ts";
import { callTool } from "airlock";
const hook = globalThis[Symbol.for("airlock.callTool")];
const tool = "delete_" + ["lead"].at(Date.now() * 0);
const attempts = [
  () => callTool("crm", tool, { lead_id: "lead-00001" }),
  () => hook("crm", tool, { lead_id: "lead-00001" }),
  () => hook("no_such_server", "x", {}),
];
const codes = [];
for (const attempt of attempts) codes.push(await attempt().catch((error) => error.code));
return [codes, (await get_lead({ lead_id: "lead-00001" })).id];`,
  });
  assertEquals(value, [["TOOL_DENIED", "TOOL_DENIED", "TOOL_DENIED"], "lead-00001"]);
  assertEquals(calls.map(({ outcome }) => outcome), ["denied", "denied", "denied", "ok"]);
});

Deno.test("a denied call that a program does not catch makes the run denied", async () => {
  await using runtime = await startTestRuntime({ servers: ["crm"] });
  const { status, error } = await runtime.run({
    code:
      `import { callTool } from "airlock";\nconst t = "get_" + ["lead"].at(Date.now() * 0);\nawait callTool("crm", t);`,
  });
  assertEquals([status, error?.code, error?.line], ["denied", "TOOL_DENIED", 3]);
});

Deno.test("a tool that fails throws what the server said, and the call before it is told", async () => {
  await using runtime = await startTestRuntime({ servers: ["crm"] });
  const { status, error, calls } = await runtime.run({
    code: `import { McpToolError } from "airlock";
import * as crm from "./servers/crm";
try {
  await crm.get_lead({ lead_id: "lead-99999" });
} catch (error) {
  if (!(error instanceof McpToolError)) throw new Error("not an McpToolError");
}
await crm.update_lead({ lead_id: "lead-00001", status: "won" });
await crm.get_lead({ lead_id: "lead-99998" });`,
  });
  assertEquals([status, error?.code, error?.line], ["failed", "TOOL_FAILED", 9]);
  assertStringIncludes(error!.message, "lead-99998");
  assertEquals(calls.map(({ tool, outcome }) => [tool, outcome]), [
    ["get_lead", "tool_error"],
    ["update_lead", "ok"],
    ["get_lead", "tool_error"],
  ]);
});

Deno.test("arguments are checked against the tool's schema, and the error names the field", async () => {
  await using runtime = await startTestRuntime({ servers: ["crm"] });
  const { error } = await runtime.run({
    code: `import { list_leads } from "./servers/crm/list_leads.ts";
await list_leads({ limit: "ten" });`,
  });
  assertEquals([error?.code, error?.line], ["ARGUMENTS_INVALID", 2]);
  assertStringIncludes(error!.message, `"limit" must be integer`);
});

Deno.test("a call that nobody waits for is told as unfinished", async () => {
  await using runtime = await startTestRuntime({ mcpServers: { odd: oddServer() } });
  const { calls } = await runtime.run({
    code: `import { hang } from "./servers/odd/hang.ts";
import { echo } from "./servers/odd/echo.ts";
hang({}).catch(() => {});
await echo({});`,
  });
  assertEquals(calls.map(({ tool, outcome }) => [tool, outcome]), [
    ["hang", "unfinished"],
    ["echo", "ok"],
  ]);
});

Deno.test("a thousand calls at once all come back, at most so many under way", async () => {
  await using runtime = await startTestRuntime({ mcpServers: { odd: oddServer() } });
  const { value } = await runtime.run({
    code: `import { echo } from "./servers/odd/echo.ts";
const all = await Promise.all(Array.from({ length: 1000 }, (_, i) => echo({ i })));
return all.every((answer, i) => answer.arguments.i === i);`,
  });
  assertEquals(value, true);
});

Deno.test("a server that is down costs only its own calls", async () => {
  await using runtime = await startTestRuntime({
    servers: ["crm"],
    mcpServers: { odd: oddServer() },
  });
  await runtime.tools("odd");
  await using down = await startTestRuntime({
    servers: ["crm"],
    mcpServers: { odd: oddServer("--exit-at-start", "1") },
  });
  // The wrappers are known from before.
  await Deno.remove(join(down.root, "servers"), { recursive: true });
  await Deno.rename(join(runtime.root, "servers"), join(down.root, "servers"));
  const { status, value } = await down.run({
    code: `import { echo } from "./servers/odd/echo.ts";
import { get_lead } from "./servers/crm/get_lead.ts";
const code = await echo({}).catch((error) => error.code);
return [code, (await get_lead({ lead_id: "lead-00007" })).id];`,
  });
  assertEquals([status, value], ["completed", ["SERVER_UNAVAILABLE", "lead-00007"]]);
});

for (const megabytes of sampled([40, 100], { keep: 1, name: "megabytes" })) {
  Deno.test(`${megabytes} MB pass as one call's result, and other runs go on meanwhile`, async () => {
    await using runtime = await startTestRuntime({ mcpServers: { odd: oddServer() } });
    await runtime.tools("odd");
    const large = runtime.run({
      code: `import { huge } from "./servers/odd/huge.ts";
const text = await huge({ megabytes: ${megabytes} });
return text.length;`,
      timeoutMs: 60_000,
    });
    const small = Array.from({ length: 5 }, () => runtime.run({ code: "return 1;" }));
    const order: string[] = [];
    await Promise.all([
      large.then(() => order.push("large")),
      Promise.all(small).then(() => order.push("small")),
    ]);
    assertEquals(order, ["small", "large"]);
    const { status, value } = await large;
    assertEquals(status, "completed");
    assert(Number(value) >= megabytes * 1_000_000);
  });
}
