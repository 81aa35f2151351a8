/** The official Inspector, which wants a Node of its own, against the endpoint over both transports. */
import { assertEquals } from "@std/assert";
import { startGateway } from "../../src/gateway/start_gateway.ts";
import { startTestRuntime } from "../fixtures/test_runtime.ts";
import { type CommandOutcome, runCommand } from "./run_command.ts";

const PACKAGES = ["node@22.23.3", "@modelcontextprotocol/inspector@2.12.0"];
const MCP = new URL("../../src/commands/mcp.ts", import.meta.url).pathname;
const CRM = new URL("../../examples/servers/crm.ts", import.meta.url).pathname;

const RUN = [
  ...["--method", "tools/call", "--tool-name", "run_program", "--tool-arg"],
  'code=import { list_leads } from "./servers/crm/list_leads.ts"; ' +
  "return (await list_leads({ limit: 3 })).leads.length;",
];
const TOOL_NAMES = [
  "search_tools",
  "read_tools",
  "search_skills",
  "save_skill",
  "run_program",
];

/** Runs the Inspector, which is installed on the way. */
type Inspect = (args: readonly string[]) => Promise<CommandOutcome>;

async function withInspector(test: (inspect: Inspect, dir: string) => Promise<void>) {
  const dir = await Deno.makeTempDir();
  try {
    const install = ["install", "--no-audit", "--no-fund", "--silent", "--prefix", dir];
    const { code, text } = await runCommand(["npm", ...install, ...PACKAGES], { cwd: dir });
    assertEquals(code, 0, `Cannot install the Inspector: ${text}`);
    const bin = `${dir}/node_modules/.bin`;
    const env = { PATH: `${bin}:${Deno.env.get("PATH")}`, MCP_CATALOG_PATH: `${dir}/mcp.json` };
    await test(
      (args) => runCommand([`${bin}/mcp-inspector`, "--cli", ...args], { cwd: dir, env }),
      dir,
    );
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

function namesOf({ stdout, text }: CommandOutcome): string[] {
  try {
    return JSON.parse(stdout).tools.map(({ name }: { name: string }) => name);
  } catch {
    throw new Error(`The Inspector lists no tools: ${text}`);
  }
}

function valueOf({ stdout, text }: CommandOutcome): unknown {
  try {
    const { isError, structuredContent: { value } } = JSON.parse(stdout);
    if (!isError) return value;
  } catch {
    // What it said instead is shown below.
  }
  throw new Error(`The Inspector has no result: ${text}`);
}

Deno.test("the Inspector lists the tools and runs a program, over stdio and over HTTP", async () => {
  await withInspector(async (inspect, dir) => {
    const crm = { command: "deno", args: ["run", "--no-prompt", CRM] };
    await Deno.writeTextFile(`${dir}/airlock.json`, JSON.stringify({ mcpServers: { crm } }));
    const stdio = [Deno.execPath(), "run", "-A", MCP];
    assertEquals(namesOf(await inspect([...stdio, "--method", "tools/list"])), TOOL_NAMES);
    assertEquals(valueOf(await inspect([...stdio, ...RUN])), 3);

    await using runtime = await startTestRuntime({ servers: ["crm"] });
    const gateway = await startGateway(runtime, { port: 0 });
    const token = (await Deno.readTextFile(gateway.tokenPath)).trim();
    const http = [`${gateway.url}/mcp`, "--header", `Authorization: Bearer ${token}`];
    assertEquals(namesOf(await inspect([...http, "--method", "tools/list"])), TOOL_NAMES);
    assertEquals(valueOf(await inspect([...http, ...RUN])), 3);
    await gateway.stop();
  });
});
