import { assert, assertEquals } from "@std/assert";
import { parseConfig } from "../../../src/config.ts";
import { offersCallTool } from "../../../src/gateway/mcp/call_tool.ts";
import { withMcpGateway } from "./mcp_gateway.ts";

Deno.test("call_tool is offered where the gateway or a server says so, and for such servers", async () => {
  const mcpServers = {
    yes: { command: "deno", callTool: true },
    no: { command: "deno", callTool: false },
    open: { command: "deno" },
  };
  const offered = async (gateway: { callTool?: boolean }, servers: string[]) => {
    const chosen = Object.entries(mcpServers).filter(([name]) => servers.includes(name));
    const config = await parseConfig({ mcpServers: Object.fromEntries(chosen), gateway });
    return [offersCallTool(config), ...servers.map((name) => offersCallTool(config, name))];
  };
  assertEquals(await offered({}, ["no", "open"]), [false, false, false]);
  assertEquals(await offered({}, ["yes", "no", "open"]), [true, true, false, false]);
  assertEquals(await offered({ callTool: true }, ["yes", "no", "open"]), [true, true, false, true]);
  assertEquals(await offered({ callTool: true }, ["no"]), [false, false]);
});

Deno.test("a client calls one tool where that is switched on, and only of servers that allow it", async () => {
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

Deno.test("a client is not offered call_tool unless somebody says so", async () => {
  await withMcpGateway({}, async ({ connect }) => {
    await using client = await connect("sdk1");
    assertEquals((await client.toolNames()).includes("call_tool"), false);
  });
});
