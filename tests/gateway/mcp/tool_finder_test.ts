import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { countModelTokens } from "../../../src/discovery/count_model_tokens.ts";
import { createToolFinder } from "../../../src/gateway/mcp/tool_finder.ts";
import type { Tool } from "../../../src/mcp/tool.ts";
import { loadSearchData } from "../../discovery/search_suites.ts";
import { syntheticServers } from "../../discovery/synthetic_tools.ts";
import { createFakeRuntime } from "../fake_runtime.ts";

const wanted = { detail: "name", limit: 10, offset: 0 } as const;
const tool = (name: string): Tool => ({ name, inputSchema: { type: "object" } });

async function finderOf(servers: Record<string, readonly Tool[] | null>) {
  return createToolFinder(await createFakeRuntime({ servers }));
}

Deno.test("the finder finds the tools as they are now", async () => {
  const servers: Record<string, readonly Tool[] | null> = { crm: [tool("list_leads")] };
  const finder = await finderOf(servers);
  assertStringIncludes(await finder.search("leads", wanted), "list_leads");
  assertStringIncludes(await finder.context(), "crm (1)");
  servers.crm = [tool("list_invoices"), tool("send_invoice")];
  assertStringIncludes(await finder.context(), "crm (2)");
  assertStringIncludes(await finder.search("invoices", wanted), "list_invoices");
  assert(!(await finder.search("leads", wanted)).includes("list_leads"));
  delete servers.crm;
  assertStringIncludes(await finder.context(), "0 servers connected");
  assertStringIncludes(await finder.search("invoices", wanted), "No match");
});

Deno.test("the finder names servers that are out of reach, where that matters", async () => {
  const finder = await finderOf({ crm: [tool("list_leads")], drive: null });
  assertStringIncludes(await finder.search("leads", wanted), "Not within reach now: drive.");
  assertStringIncludes(await finder.context(), "Not within reach now: drive.");
  assertStringIncludes(await finder.read(["drive/read_file"]), "Not within reach now: drive.");
  assert(!(await finder.read(["crm/list_leads"])).includes("drive"));
  assert(!(await finder.search("leads", { ...wanted, server: "crm" })).includes("drive"));
});

Deno.test("the finder shows the wrappers' own texts when all is wanted", async () => {
  const finder = await finderOf({ crm: [tool("list_leads")] });
  const text = await finder.search("leads", { ...wanted, detail: "full" });
  assertStringIncludes(text, "export function tool_0() {}");
  assertEquals(await finder.modules(), ["./servers/crm/tool_0.ts"]);
  assertEquals(
    await finder.wrapperText("./servers/crm/tool_0.ts"),
    "export function tool_0() {}",
  );
  for (const module of ["crm/list_leads", "./servers/crm/../crm/tool_0.ts", ""]) {
    assertEquals(await finder.wrapperText(module), undefined);
  }
});

Deno.test("instructions cost at most 300 model tokens, however many servers are connected", async () => {
  const sizes = [[], syntheticServers(20), syntheticServers(8_000)];
  const many = Array.from({ length: 900 }, (_, at) => ({
    server: `server-number-${at}`,
    tools: [tool("list_things")],
  }));
  for (const servers of [...sizes, many]) {
    const finder = await finderOf(
      Object.fromEntries(servers.map(({ server, tools }) => [server, tools])),
    );
    const text = await finder.context();
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
  const text = await (await finderOf(Object.fromEntries(servers))).context();
  assert(countModelTokens(text) <= 300, `${countModelTokens(text)} model tokens`);
  assertStringIncludes(text, "39 servers connected, 1487 tools");
  for (const [server] of servers) assertStringIncludes(text, `${server} (`);
  assertStringIncludes(text, "run_program");
});
