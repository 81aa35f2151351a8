import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { countModelTokens } from "../../../src/text/count_model_tokens.ts";
import { introduce } from "../../../src/gateway/mcp/create_mcp_server.ts";
import { noteMissing } from "../../../src/gateway/mcp/tools.ts";
import type { Tool } from "../../../src/model/tool.ts";
import { loadSearchData } from "../../discovery/search_suites.ts";
import { syntheticServers } from "../../discovery/synthetic_tools.ts";
import { createFakeRuntime } from "../fake_runtime.ts";
import { withMcpGateway } from "./mcp_gateway.ts";

const tool = (name: string): Tool => ({ name, inputSchema: { type: "object" } });

async function introductionTo(servers: Record<string, readonly Tool[] | null>): Promise<string> {
  return await introduce(await createFakeRuntime({ servers }), "owner");
}

Deno.test("introduce says what is connected, how to use it, and what is out of reach", async () => {
  const text = await introductionTo({ crm: [tool("list_leads")], drive: null });
  assertStringIncludes(text, "1 server connected, 1 tool:\ncrm (1): leads");
  assertStringIncludes(text, 'import { list_leads } from "./servers/crm/list_leads.ts";');
  assertStringIncludes(text, "\nNot within reach now: drive.");
  assert(!(await introductionTo({ crm: [tool("list_leads")] })).includes("reach"));
});

Deno.test("noteMissing names a few and counts the others", () => {
  const names = Array.from({ length: 8 }, (_, at) => `s${at}`);
  assertEquals(noteMissing("a", names), "a\nNot within reach now: s0, s1, s2, s3, s4 and 3 more.");
  assertEquals(noteMissing("a", []), "a");
});

Deno.test("instructions cost at most 300 model tokens, however many servers are connected", async () => {
  const sizes = [[], syntheticServers(20), syntheticServers(8_000)];
  const many = Array.from({ length: 900 }, (_, at) => ({
    server: `server-number-${at}`,
    tools: [tool("list_things")],
  }));
  for (const servers of [...sizes, many]) {
    const text = await introductionTo(
      Object.fromEntries(servers.map(({ server, tools }) => [server, tools])),
    );
    assert(countModelTokens(text) <= 300, `${countModelTokens(text)} model tokens`);
    assertStringIncludes(text, "search_tools");
    assertEquals(text.includes("import {"), servers.length < 100);
  }
});

Deno.test("instructions name every one of 39 real servers with 1,487 tools", async () => {
  const data = loadSearchData();
  if (data === undefined) return;
  const byName = new Map([...data.catalogs, ...data.livemcp].map((one) => [one.server, one]));
  const real = [...byName.values()].slice(0, 39);
  const missing = 1_487 - real.reduce((sum, { tools }) => sum + tools.length, 0);
  const filler = syntheticServers(missing).flatMap(({ tools }) => tools);
  const share = Math.ceil(filler.length / real.length);
  const servers = real.map(({ server, tools }, at) =>
    [server, [...tools, ...filler.slice(at * share, (at + 1) * share)]] as const
  );
  const text = await introductionTo(Object.fromEntries(servers));
  assert(countModelTokens(text) <= 300, `${countModelTokens(text)} model tokens`);
  assertStringIncludes(text, "39 servers connected, 1487 tools");
  for (const [server] of servers) assertStringIncludes(text, `${server} (`);
  assertStringIncludes(text, "run_program");
});

Deno.test("a client is told of its own skills, in both eras", async () => {
  await withMcpGateway({}, async ({ runtime, connect }) => {
    const callers: (string | undefined)[] = [];
    const context = runtime.context.bind(runtime);
    runtime.context = (options) => {
      callers.push(options?.caller);
      return context(options);
    };
    for (const kind of ["handshake", "stateless"] as const) {
      await using _client = await connect(kind);
      assert(callers.length > 0, kind);
      assertEquals(new Set(callers.splice(0)), new Set(["owner"]), kind);
    }
  });
});
