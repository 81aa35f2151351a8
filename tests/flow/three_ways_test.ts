import { assertEquals } from "@std/assert";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { join } from "@std/path";
import { parseConfig } from "../../src/config/config.ts";
import { startGateway } from "../../src/gateway/start_gateway.ts";
import type { RunResult } from "../../src/model/run_result.ts";
import { createRuntime } from "../../src/host/create_runtime.ts";
import { connectClient } from "../gateway/mcp/mcp_clients.ts";

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
