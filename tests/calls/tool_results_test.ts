import { assertEquals } from "@std/assert";
import { createToolResults } from "../../src/calls/tool_results.ts";
import { parseConfig } from "../../src/config/config.ts";
import type { ServerConfig } from "../../src/config/servers.ts";
import type { Tool, ToolAnnotations } from "../../src/model/tool.ts";
import { createToolJudge } from "../../src/policy/risk/judge_tool.ts";

const judge = createToolJudge({ tools: [] });

const READ = { readOnlyHint: true, idempotentHint: true };

async function serversWith(cache: unknown): Promise<readonly ServerConfig[]> {
  return (await parseConfig({ mcpServers: { crm: { command: "deno", cache } } })).servers;
}

async function resultsWith(cache: unknown) {
  const results = createToolResults({ servers: await serversWith(cache), maxBytes: 100_000 });
  let calls = 0;
  const ask = async (
    { name = "read", annotations = READ, principal = "ann", args = {}, description = "" }: {
      name?: string;
      annotations?: ToolAnnotations;
      principal?: string;
      args?: Record<string, unknown>;
      description?: string;
    } = {},
  ) => {
    const tool: Tool = { name, description, inputSchema: { type: "object" }, annotations };
    const { leaves, varies } = judge({ server: "crm", tool: name }, tool);
    const call = { server: "crm", tool, leaves, varies, arguments: args, principal };
    const fetch = () => Promise.resolve({ value: ++calls });
    return (await results.through(call, fetch)).source;
  };
  return { results, ask };
}

Deno.test("nothing is kept of a server whose configuration does not allow it", async () => {
  const { ask } = await resultsWith(undefined);
  assertEquals([await ask(), await ask()], ["off", "off"]);
});

Deno.test("what a tool says of itself and what the configuration names decide what is kept", async () => {
  const rows: [string, ToolAnnotations, unknown, boolean][] = [
    ["reads", READ, true, true],
    ["reads, and says no more", { readOnlyHint: true }, true, true],
    ["is polled", { readOnlyHint: true, idempotentHint: false }, true, false],
    ["is polled, but named", { readOnlyHint: true, idempotentHint: false }, {
      tools: { read: 50_000 },
    }, true],
    ["sets", { idempotentHint: true }, true, false],
    ["sets, but named", { idempotentHint: true }, { tools: { read: true } }, true],
    ["writes, though named", {}, { tools: { read: true } }, false],
    ["destroys, though named", { destructiveHint: true }, { tools: { read: true } }, false],
    ["reads, and is named out", READ, { tools: { read: false } }, false],
  ];
  for (const [name, annotations, cache, isKept] of rows) {
    const { ask } = await resultsWith(cache);
    const sources = [await ask({ annotations }), await ask({ annotations })];
    assertEquals(sources, isKept ? ["miss", "hit"] : ["off", "off"], name);
  }
});

Deno.test("other arguments, principals and schemas have other answers; the order of keys does not count", async () => {
  const { ask } = await resultsWith(true);
  assertEquals(await ask({ args: { a: 1, b: 2 } }), "miss");
  assertEquals(await ask({ args: { b: 2, a: 1 } }), "hit");
  assertEquals(await ask({ args: { a: 1, b: "2" } }), "miss");
  assertEquals(await ask({ args: { a: 1, b: 2 }, principal: "bob" }), "miss");
  assertEquals(await ask({ args: { a: 1, b: 2 }, description: "changed" }), "miss");
});

Deno.test("a write of the same server ends the time of all that is kept of it", async () => {
  const { ask, results } = await resultsWith({ tools: { set: true } });
  assertEquals([await ask(), await ask()], ["miss", "hit"]);
  assertEquals(await ask({ name: "write", annotations: {} }), "off");
  assertEquals([await ask(), await ask()], ["miss", "hit"]);
  assertEquals(await ask({ name: "set", annotations: { idempotentHint: true } }), "miss");
  assertEquals(await ask(), "miss");
  assertEquals(await ask({ name: "set", annotations: { idempotentHint: true } }), "hit");
  assertEquals(await ask(), "hit");
  results.forget();
  assertEquals([await ask(), await ask()], ["miss", "hit"]);
  assertEquals(results.forget({ server: "drive" }), 0);
  assertEquals(results.forget({ server: "crm" }), 1);
  assertEquals(await ask(), "miss");
});
