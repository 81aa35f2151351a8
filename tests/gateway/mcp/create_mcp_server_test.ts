import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { countModelTokens } from "../../../src/text/count_model_tokens.ts";
import { introduce } from "../../../src/gateway/mcp/create_mcp_server.ts";
import { MCP_TOOLS } from "../../../src/gateway/mcp/mcp_tools.ts";
import { reportProgress } from "../../../src/gateway/mcp/report_progress.ts";
import { noteMissing } from "../../../src/gateway/mcp/tools.ts";
import type { Tool } from "../../../src/model/tool.ts";
import { loadSearchData } from "../../discovery/search_suites.ts";
import { syntheticServers } from "../../discovery/synthetic_tools.ts";
import { createFakeRuntime } from "../fake_runtime.ts";
import { withMcpGateway } from "./mcp_gateway.ts";

const definitions = MCP_TOOLS.map(({ definition }) => definition);

Deno.test("the definitions of all tools cost at most 700 model tokens", () => {
  const cost = countModelTokens(JSON.stringify({ tools: definitions }));
  assert(cost <= 700, `${cost} model tokens`);
  assert(cost > 200, "they are not what a client is sent");
});

Deno.test("the endpoint has five tools, which take no undeclared argument", () => {
  assertEquals(definitions.map(({ name }) => name), [
    "search_tools",
    "read_tools",
    "search_skills",
    "save_skill",
    "run_program",
  ]);
  for (const { inputSchema } of definitions) {
    assertEquals([inputSchema.type, inputSchema.additionalProperties], ["object", false]);
  }
});

Deno.test("run_program declares its output and that it may do anything", () => {
  const { outputSchema, annotations } = definitions.at(-1)!;
  assertEquals(outputSchema!.type, "object");
  assertEquals(annotations, { destructiveHint: true, openWorldHint: true });
});

const tool = (name: string): Tool => ({ name, inputSchema: { type: "object" } });

async function introductionTo(servers: Record<string, readonly Tool[] | null>): Promise<string> {
  return await introduce(await createFakeRuntime({ servers }), "owner");
}

Deno.test("introduce() names connected servers, how to use them, and unavailable ones", async () => {
  const text = await introductionTo({ crm: [tool("list_leads")], drive: null });
  assertStringIncludes(text, "1 server connected, 1 tool:\ncrm (1): leads");
  assertStringIncludes(text, 'import { list_leads } from "./servers/crm/list_leads.ts";');
  assertStringIncludes(text, "\nNot within reach now: drive.");
  assert(!(await introductionTo({ crm: [tool("list_leads")] })).includes("reach"));
});

Deno.test("noteMissing() names a few and counts the others", () => {
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

Deno.test("instructions name the caller's own skills, in both protocol revisions", async () => {
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

type Request = Parameters<typeof reportProgress>[0];
type Notification = Parameters<Request["notify"]>[0];

/** Reports log lines to a client; returns the notifications that it received. */
async function report(texts: readonly string[], token?: string | number) {
  const received: Notification[] = [];
  const notify = (notification: Notification) => Promise.resolve(void received.push(notification));
  const _meta = token === undefined ? {} : { progressToken: token };
  const { onEvent, sent } = reportProgress({ _meta, notify } as Request);
  for (const text of texts) onEvent({ type: "log", line: { level: "info", text, atMs: 0 } });
  await sent();
  return received;
}

Deno.test("reportProgress() sends nothing to a client that did not ask", async () => {
  assertEquals(await report(["a"]), []);
});

Deno.test("reportProgress() counts up under the request's token, even if it is 0", async () => {
  const [first, second] = await report(["a", "b"], 0);
  assertEquals(first, {
    method: "notifications/progress",
    params: { progressToken: 0, progress: 1, message: "a" },
  });
  assertEquals(second!.params!.progress, 2);
});

Deno.test("reportProgress() bounds the number and the length of messages", async () => {
  const received = await report(Array(5_000).fill("x".repeat(100_000)), "t");
  assertEquals(received.length, 1_000);
  assert(received.every(({ params }) => String(params!.message).length <= 500));
  assertEquals(received.at(-1)!.params!.message, "more is not told");
});

Deno.test("reportProgress() ignores that its client has disconnected", async () => {
  const notify = () => Promise.reject(new Error("closed"));
  const { onEvent, sent } = reportProgress(
    { _meta: { progressToken: 1 }, notify } as unknown as Request,
  );
  onEvent({ type: "started", runId: "run_1" });
  await sent();
});
