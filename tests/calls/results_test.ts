import { assert, assertEquals, assertRejects } from "@std/assert";
import { ResultCache } from "../../src/calls/result_cache.ts";
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

const lookup = { key: "k", server: "crm", ttlMs: 100 };

Deno.test("ResultCache keeps an answer for its time, or for as long as its server says", async () => {
  let [now, asked] = [0, 0];
  const cache = new ResultCache({ maxBytes: 10_000, now: () => now });
  const ask = async (ttlMs?: number) => {
    const fetch = () => Promise.resolve({ value: { n: ++asked }, ttlMs });
    const { value, source } = await cache.through(lookup, fetch);
    return [(value as { n: number }).n, source];
  };
  assertEquals(await ask(), [1, "miss"]);
  now = 99;
  assertEquals(await ask(), [1, "hit"]);
  now = 100;
  assertEquals(await ask(10), [2, "miss"]);
  now = 110;
  assertEquals(await ask(0), [3, "miss"]);
  assertEquals(await ask(1_000), [4, "miss"]);
  now = 210;
  assertEquals(await ask(), [5, "miss"]);
});

Deno.test("ResultCache gives everybody a value of their own", async () => {
  const cache = new ResultCache({ maxBytes: 10_000 });
  const fetch = () => Promise.resolve({ value: { list: [1] } });
  const answers = await Promise.all([
    cache.through(lookup, fetch),
    cache.through(lookup, fetch),
  ]);
  answers.push(await cache.through(lookup, fetch));
  assertEquals(answers.map(({ source }) => source), ["miss", "shared", "hit"]);
  const values = answers.map(({ value }) => value as { list: number[] });
  for (const value of values) value.list.push(2);
  assertEquals((await cache.through(lookup, fetch)).value, { list: [1] });
  assertEquals(values.map(({ list }) => list.length), [2, 2, 2]);
});

Deno.test("one call answers all who ask at once, and is given up when none is left", async () => {
  const cache = new ResultCache({ maxBytes: 10_000 });
  const { promise, resolve } = Promise.withResolvers<{ value: unknown }>();
  let [calls, given] = [0, false];
  const fetch = (signal: AbortSignal) => {
    calls++;
    signal.addEventListener("abort", () => given = true);
    return promise;
  };
  const [one, other] = [new AbortController(), new AbortController()];
  const waiting = [one, other].map(({ signal }) => cache.through({ ...lookup, signal }, fetch));
  one.abort(new Error("left"));
  await assertRejects(() => waiting[0]!, Error, "left");
  assertEquals([calls, given], [1, false]);
  other.abort(new Error("left"));
  await assertRejects(() => waiting[1]!, Error, "left");
  assertEquals([calls, given], [1, true]);
  resolve({ value: 1 });
});

Deno.test("ResultCache keeps no failure", async () => {
  const cache = new ResultCache({ maxBytes: 10_000 });
  await assertRejects(() => cache.through(lookup, () => Promise.reject(new Error("no"))), Error);
  const { source } = await cache.through(lookup, () => Promise.resolve({ value: 1 }));
  assertEquals(source, "miss");
});

Deno.test("an answer that was on its way when its server was forgotten is not kept", async () => {
  const cache = new ResultCache({ maxBytes: 10_000 });
  const { promise, resolve } = Promise.withResolvers<{ value: unknown }>();
  const old = cache.through(lookup, () => promise);
  cache.forget({ server: "crm" });
  const fresh = await cache.through(lookup, () => Promise.resolve({ value: "fresh" }));
  resolve({ value: "old" });
  assertEquals([(await old).value, fresh.value], ["old", "fresh"]);
  const kept = await cache.through(lookup, () => Promise.resolve({ value: "no" }));
  assertEquals([kept.value, kept.source], ["fresh", "hit"]);
});

Deno.test("ResultCache holds no more than it may, and forgets what was used longest ago", async () => {
  const cache = new ResultCache({ maxBytes: 4_000 });
  const ask = async (key: string, length = 100) => {
    const fetch = () => Promise.resolve({ value: "x".repeat(length) });
    return (await cache.through({ ...lookup, key }, fetch)).source;
  };
  for (let key = 0; key < 40; key++) {
    await ask(`key ${key}`);
    await ask("used");
    assert(cache.bytes <= 4_000, `${cache.bytes}`);
  }
  assertEquals([await ask("used"), await ask("key 39"), await ask("key 1")], [
    "hit",
    "hit",
    "miss",
  ]);
  for (const length of [460, 2_000]) {
    await ask(`large ${length}`, length);
    assertEquals(await ask(`large ${length}`, length), "miss");
  }
  assertEquals(cache.forget() > 3, true);
  assertEquals(cache.bytes, 0);
});

Deno.test("ResultCache gives nobody the abort of a call that others gave up", async () => {
  const cache = new ResultCache({ maxBytes: 10_000 });
  const leaving = new AbortController();
  const aborted = Promise.withResolvers<never>();
  const left = cache.through({ ...lookup, signal: leaving.signal }, () => aborted.promise);
  leaving.abort();
  await assertRejects(() => left);
  const later = cache.through(lookup, () => Promise.resolve({ value: "later" }));
  aborted.reject(new Error("aborted"));
  assertEquals(await later, { value: "later", source: "miss" });
  const again = cache.through(lookup, () => Promise.resolve({ value: "again" }));
  assertEquals(await again, { value: "later", source: "hit" });
});

Deno.test("ResultCache forgets one principal's answers, also those on their way, and no other's", async () => {
  const cache = new ResultCache({ maxBytes: 10_000 });
  let asked = 0;
  const ask = async (principal: string, server = "crm") => {
    const fetch = () => Promise.resolve({ value: ++asked });
    const key = `${principal} ${server}`;
    return (await cache.through({ key, server, principal, ttlMs: 100 }, fetch)).source;
  };
  const all = [["ann", "crm"], ["ann", "drive"], ["bob", "crm"]] as const;
  for (const [principal, server] of all) assertEquals(await ask(principal, server), "miss");
  assertEquals(cache.forget({ principal: "eve" }), 0);
  assertEquals(cache.forget({ principal: "ann", server: "crm" }), 1);
  const again = [];
  for (const [principal, server] of all) again.push(await ask(principal, server));
  assertEquals(again, ["miss", "hit", "hit"]);
  const release = Promise.withResolvers<{ value: number }>();
  const late = (principal: string) =>
    cache.through(
      { key: `${principal} late`, server: "crm", principal, ttlMs: 100 },
      () => release.promise,
    );
  const underWay = [late("ann"), late("bob")];
  assertEquals(cache.forget({ principal: "ann" }), 2);
  release.resolve({ value: 0 });
  await Promise.all(underWay);
  const answers = await Promise.all(["ann", "bob"].map(late));
  assertEquals(answers.map(({ source }) => source), ["miss", "hit"]);
});
