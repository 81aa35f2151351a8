/** The bridge by which CLIENTS.md connects a client that starts commands only to the endpoint. */
import { assertEquals } from "@std/assert";
import { startGateway } from "../../src/gateway/start_gateway.ts";
import { LineProcess } from "../fixtures/servers/line_process.ts";
import { ProcessTransport } from "../fixtures/servers/process_transport.ts";
import { startTestRuntime } from "../fixtures/test_runtime.ts";
import { connectClient } from "../gateway/mcp/mcp_clients.ts";

const CLIENTS = new URL("../../.github/CLIENTS.md", import.meta.url);

/** The arguments of the bridge as CLIENTS.md has them. */
async function readArguments(): Promise<string[]> {
  const [, block] = /claude_desktop_config\.json.*?^```json\n(.*?)^```$/ms.exec(
    await Deno.readTextFile(CLIENTS),
  )!;
  return JSON.parse(block!).mcpServers["airlock-http"].args;
}

Deno.test("the bridge that CLIENTS.md names leads a client to the endpoint", async () => {
  const dir = await Deno.makeTempDir();
  {
    await using runtime = await startTestRuntime();
    const gateway = await startGateway(runtime, { port: 0 });
    const token = (await Deno.readTextFile(gateway.tokenPath)).trim();
    const args = (await readArguments()).map((arg) =>
      arg.startsWith("http") ? `${gateway.url}/mcp` : arg
    );
    const env = { AIRLOCK_AUTH: `Bearer ${token}`, MCP_REMOTE_CONFIG_DIR: dir };
    {
      const transport = new ProcessTransport(new LineProcess(args, dir, env));
      await using client = await connectClient("sdk1", transport);
      assertEquals((await client.call("run_program", { code: "return 42;" })).text, "42");
    }
    await gateway.stop();
  }
  await Deno.remove(dir, { recursive: true });
});
