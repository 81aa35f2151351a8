import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { openAuditLog } from "../../src/audit/audit_log.ts";
import { startTestRuntime } from "../fixtures/test_runtime.ts";

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
