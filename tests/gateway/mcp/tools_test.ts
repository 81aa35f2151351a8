import { assert, assertEquals } from "@std/assert";
import { offersCallTool } from "../../../src/gateway/mcp/tools.ts";
import { introduce } from "../../../src/gateway/mcp/create_mcp_server.ts";
import { CLASSIC_BOUNDS } from "../../../src/runs/choose_mode.ts";
import { createFakeRuntime } from "../fake_runtime.ts";
import { withMcpGateway } from "./mcp_gateway.ts";

Deno.test("call_tool is offered where the gateway or a server says so, and for such servers", async () => {
  const mcpServers = {
    yes: { command: "deno", callTool: true },
    no: { command: "deno", callTool: false },
    open: { command: "deno" },
  };
  const offered = async (gateway: { callTool?: boolean }, servers: string[]) => {
    const chosen = Object.entries(mcpServers).filter(([name]) => servers.includes(name));
    const config = { mcpServers: Object.fromEntries(chosen), gateway };
    const runtime = await createFakeRuntime({ config });
    return await Promise.all(
      [undefined, ...servers].map((name) => offersCallTool(runtime, name)),
    );
  };
  assertEquals(await offered({}, ["no", "open"]), [false, false, false]);
  assertEquals(await offered({}, ["yes", "no", "open"]), [true, true, false, false]);
  assertEquals(await offered({ callTool: true }, ["yes", "no", "open"]), [true, true, false, true]);
  assertEquals(await offered({ callTool: true }, ["no"]), [false, false]);
});

Deno.test("with auto, call_tool is offered while all definitions are small", async () => {
  const mcpServers = {
    crm: { command: "deno", callTool: "auto" as const },
    bank: { command: "deno", callTool: false },
  };
  const config = { mcpServers } as const;
  const servers = { crm: [{ name: "get", inputSchema: { type: "object" } }] };
  const { definitionModelTokens: most } = CLASSIC_BOUNDS;
  for (const [definitionModelTokens, isOffered] of [[most, true], [most + 1, false]] as const) {
    const runtime = await createFakeRuntime({ config, servers, definitionModelTokens });
    assertEquals(
      [await offersCallTool(runtime), await offersCallTool(runtime, "crm")],
      [isOffered, isOffered],
    );
    assertEquals(await offersCallTool(runtime, "bank"), false);
    assertEquals((await introduce(runtime, "owner")).includes("call_tool"), isOffered);
  }
  const nothing = await createFakeRuntime({ config, servers: {}, definitionModelTokens: 0 });
  assertEquals(await offersCallTool(nothing), false);
});

Deno.test("a client calls one tool where call_tool is enabled, and only of servers that allow it", async () => {
  const mcpServers = {
    crm: { command: "deno", disabled: true, callTool: true },
    bank: { command: "deno", disabled: true },
  };
  await withMcpGateway({ config: { mcpServers } }, async ({ connect }) => {
    await using client = await connect("sdk1");
    assert((await client.toolNames()).includes("call_tool"));
    const call = (server: string) =>
      client.call("call_tool", { server, tool: "get", arguments: { id: 7 } });
    assertEquals((await call("crm")).structured?.["value"], { id: 7 });
    const refused = await call("bank");
    assert(refused.isError && refused.text.startsWith("TOOL_DENIED"), refused.text);
  });
});

Deno.test("a client is not offered call_tool by default", async () => {
  await withMcpGateway({}, async ({ connect }) => {
    await using client = await connect("sdk1");
    assertEquals((await client.toolNames()).includes("call_tool"), false);
  });
});
