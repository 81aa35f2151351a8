import { assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { openAuditLog } from "../../src/audit/audit_log.ts";
import { oddServer, startTestRuntime, type TestRuntime } from "../fixtures/test_runtime.ts";

const crm = join(new URL("../../", import.meta.url).pathname, "examples/servers/crm.ts");

Deno.test("runs share answers until something is written, and the audit says which were kept", async () => {
  const server = { command: "deno", args: ["run", "--no-prompt", crm], cache: true };
  await using runtime = await startTestRuntime({ mcpServers: { crm: server } });
  const read = `import { get_lead } from "./servers/crm/get_lead.ts";
const all = await Promise.all([1, 2, 3].map(() => get_lead({ lead_id: "lead-00001" })));
return all.map(({ status }) => status);`;
  const write = `import { get_lead } from "./servers/crm/get_lead.ts";
import { update_lead } from "./servers/crm/update_lead.ts";
await update_lead({ lead_id: "lead-00001", status: "lost" });
return (await get_lead({ lead_id: "lead-00001" })).status;`;
  const first = await runtime.run({ code: read });
  const again = await runtime.run({ code: read });
  assertEquals(again.value, first.value);
  const changed = await runtime.run({ code: write });
  assertEquals([changed.status, changed.value], ["completed", "lost"]);
  using log = await openAuditLog({ folder: runtime.config.folders.state });
  const caches = (runId: string) =>
    [...log.read({ runId, kind: "call_ended" })].map(({ body }) => JSON.parse(body).cache).sort();
  assertEquals(caches(first.runId), ["hit", "hit", "none"]);
  assertEquals(caches(again.runId), ["hit", "hit", "hit"]);
  assertEquals(caches(changed.runId), ["none", "none"]);
  assertEquals(runtime.forgetResults("crm"), 1);
});

Deno.test("answers are kept until the server says that its tools have changed", async () => {
  await using runtime = await startWithReaders();
  const call = async (tool: string, args = {}) => {
    const { value, error } = await runtime.callTool({ server: "odd", tool, arguments: args });
    assertEquals(error, null);
    return value;
  };
  const first = await call("who");
  assertEquals(await call("who"), first);
  await call("change_tools", { add: ["another"] });
  while ((await runtime.tools("odd")).length < 3) await new Promise((go) => setTimeout(go, 5));
  assertNotEquals(await call("who"), first);
  const text = await runtime.metricsText();
  for (const [outcome, count] of [["hit", 1], ["miss", 2]]) {
    const line =
      `airlock_cache_lookups_total{server="odd",tool="who",outcome="${outcome}"} ${count}`;
    assertStringIncludes(text, line);
  }
});

/** A server whose tools all say that they only read, so that none of their calls ends what is kept. */
async function startWithReaders(): Promise<TestRuntime> {
  const root = await Deno.makeTempDir();
  const tools = ["who", "change_tools"].map((name) => ({
    name,
    inputSchema: { type: "object" },
    annotations: { readOnlyHint: true },
  }));
  const catalogue = join(root, "catalogue.json");
  await Deno.writeTextFile(catalogue, JSON.stringify({ tools }));
  const odd = { ...oddServer("--catalogue", catalogue), cache: true };
  const runtime = await startTestRuntime({
    root,
    mcpServers: { odd },
    policy: { changedTools: "allow" },
    privacy: { enabled: false },
  });
  const close = runtime[Symbol.asyncDispose].bind(runtime);
  return Object.assign(runtime, {
    async [Symbol.asyncDispose]() {
      await close();
      await Deno.remove(root, { recursive: true });
    },
  });
}
