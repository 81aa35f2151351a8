import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { parseConfig } from "../../src/config/config.ts";
import { AirlockError } from "../../src/model/errors.ts";
import { McpToolError } from "../../src/upstream/mcp_tool_error.ts";
import { Backoff } from "../../src/upstream/backoff.ts";
import { hideSecrets } from "../../src/upstream/upstream.ts";
import type { Upstreams } from "../../src/upstream/upstreams.ts";
import { CONTENTS } from "../fixtures/servers/odd/contents.ts";
import { openOdd, until } from "./odd_servers.ts";

async function fails(
  code: AirlockError["code"],
  call: () => Promise<unknown>,
): Promise<AirlockError> {
  const error = await assertRejects(call, AirlockError);
  assertEquals(error.code, code, error.message);
  return error;
}

Deno.test("createUpstreams() starts a server when it is first needed, and once for all who ask", async () => {
  await using odd = await openOdd({ a: {}, b: {} }, { several: true });
  assertEquals(odd.upstreams.status().map(({ state }) => state), ["idle", "idle"]);
  const call = (server: string) => odd.upstreams.callTool({ server, tool: "echo", arguments: {} });
  await Promise.all(Array.from({ length: 20 }, () => call("a")));
  assertEquals((await odd.log("start")).length, 1);
  assertEquals(odd.upstreams.status().map(({ state }) => state), ["connected", "idle"]);
});

Deno.test("warm connects servers before they are asked for", async () => {
  await using odd = await openOdd({ a: {}, b: {}, c: {} }, { several: true });
  odd.upstreams.warm(["a", "b", "unknown"]);
  await until(() => odd.upstreams.status().filter(({ state }) => state === "connected").at(1));
  assertEquals((await odd.log("start")).length, 2);
});

Deno.test("callTool() gives every kind of content as a useful value", async () => {
  await using odd = await openOdd();
  const block = (kind: string) => (CONTENTS[kind]?.content as unknown[])[0];
  const expected: Record<string, unknown> = {
    text: "plain",
    json_text: { a: [1, 2, { b: null }] },
    number_text: "12345678901234567890",
    two_texts: ["one", "two"],
    image: block("image"),
    audio: block("audio"),
    resource_text: {
      type: "resource",
      uri: "odd://text",
      mimeType: "text/plain",
      text: "embedded",
    },
    resource_blob: {
      type: "resource",
      uri: "odd://blob",
      mimeType: "application/octet-stream",
      blob: "AAEC",
    },
    resource_link: block("resource_link"),
    structured: { answer: 42 },
    structured_only: { answer: 42 },
    mixed: ["before", block("image"), { type: "resource_link", uri: "odd://link", name: "link" }],
    empty: null,
    no_content: null,
    unknown_type: block("unknown_type"),
    content_is_text: "not a list",
    structured_is_list: [1, 2],
    bad_base64: block("bad_base64"),
    proto_keys: JSON.parse('{"__proto__":{"polluted":true},"constructor":1}'),
  };
  assertEquals(Object.keys(expected).sort(), Object.keys(CONTENTS).sort());
  for (const [kind, value] of Object.entries(expected)) {
    assertEquals(await odd.call("content", { kind }), value, kind);
  }
});

Deno.test("callTool() hands arguments over as they are", async () => {
  await using odd = await openOdd();
  const args = JSON.parse('{"__proto__":1,"a":[null,{"b":"\\u0000\\ud83d\\ude00"}],"n":1e21}');
  assertEquals(await odd.call("echo", args), { arguments: args });
});

Deno.test("callTool() throws a McpToolError where the tool says that it failed", async () => {
  await using odd = await openOdd();
  const error = await assertRejects(() => odd.call("fail", { message: "no lead 7" }), McpToolError);
  assertEquals([error.message, error.server, error.tool], ["no lead 7", "odd", "fail"]);
  const long = await assertRejects(() => odd.call("fail", { message: "x".repeat(100_000) }));
  assertEquals(long.message.length, 8_193);
});

Deno.test("callTool() passes the words of an error of the protocol on, in bounds", async () => {
  await using odd = await openOdd();
  // The codes that the SDK itself uses for a lost connection and for a timeout mean nothing here.
  for (const code of [-32_000, -32_001, -32_042, -32_090 + 1, 7]) {
    const error = await fails(
      "TOOL_FAILED",
      () => odd.call("rpc_error", { code, message: "Not now" }),
    );
    assertEquals(error.message, "Cannot call odd.rpc_error: Not now");
  }
  const long = await fails(
    "TOOL_FAILED",
    () => odd.call("rpc_error", { message: "x".repeat(9_999) }),
  );
  assert(long.message.length < 1_100);
});

Deno.test("callTool() knows no tool that is not listed, filtered out or of a server there is not", async () => {
  await using odd = await openOdd(
    { odd: { tools: { allow: ["e*", "fail"], deny: ["fail"] } }, off: { disabled: true } },
    { several: true },
  );
  for (const tool of ["nope", "slow", "fail", "__proto__"]) {
    await fails("TOOL_UNKNOWN", () => odd.call(tool));
  }
  for (const server of ["off", "nope", "__proto__"]) {
    await fails(
      "TOOL_UNKNOWN",
      () => odd.upstreams.callTool({ server, tool: "echo", arguments: {} }),
    );
    await fails("NOT_FOUND", () => odd.upstreams.catalogue(server));
  }
  assertEquals((await odd.upstreams.catalogue("odd")).map(({ name }) => name), ["echo"]);
  assertEquals((await odd.log("call")).length, 0);
});

Deno.test("callTool() gives up after timeoutMs, tells the server, and fails no other call", async () => {
  await using odd = await openOdd({ timeoutMs: 300 });
  const slow = fails("TOOL_TIMED_OUT", () => odd.call("hang"));
  assertEquals(await odd.call("echo", { a: 1 }), { arguments: { a: 1 } });
  const error = await slow;
  assertEquals(error.message, "Cannot call odd.hang: no answer within 300 ms");
  assertEquals(error.hint, "The call may have taken effect all the same");
  await odd.logged("cancelled");
  await odd.call("echo");
  assertEquals((await odd.log("start")).length, 1);
});

Deno.test("callTool() throws the reason of its signal and tells the server", async () => {
  await using odd = await openOdd();
  const reason = new Error("the run has ended");
  const controller = new AbortController();
  const call = odd.upstreams.callTool({
    server: "odd",
    tool: "hang",
    arguments: {},
    signal: controller.signal,
  });
  await odd.logged("call");
  controller.abort(reason);
  assertEquals(await assertRejects(() => call), reason);
  await odd.logged("cancelled");
  const again = { server: "odd", tool: "echo", arguments: {}, signal: controller.signal };
  assertEquals(await assertRejects(() => odd.upstreams.callTool(again)), reason);
  assertEquals((await odd.log("call")).length, 1);
});

Deno.test("callTool() stops waiting for a server that is slow to start when its signal says so", async () => {
  await using odd = await openOdd({ switches: ["--hang", "initialize"] });
  const controller = new AbortController();
  const call = odd.upstreams.callTool({
    server: "odd",
    tool: "echo",
    arguments: {},
    signal: controller.signal,
  });
  await odd.logged("start");
  controller.abort(new Error("enough"));
  await assertRejects(() => call, Error, "enough");
});

Deno.test("callTool() tells how far the tool is", async () => {
  await using odd = await openOdd();
  const seen: number[] = [];
  await odd.upstreams.callTool({
    server: "odd",
    tool: "progress",
    arguments: { steps: 3 },
    onProgress: ({ progress, total }) => seen.push(progress, total ?? -1),
  });
  assertEquals(seen, [1, 3, 2, 3, 3, 3]);
});

Deno.test("a server that is killed in a call fails that call, is not called again, and comes back", async () => {
  await using odd = await openOdd();
  const first = await odd.call("who") as { pid: number };
  const waiting = fails("SERVER_UNAVAILABLE", () => odd.call("hang"));
  await odd.logged("call", 2);
  Deno.kill(first.pid, "SIGKILL");
  const error = await waiting;
  assertEquals(
    error.message,
    "Cannot call odd.hang: its server is not available (it was killed by SIGKILL)",
  );
  assertEquals([error.retry, error.hint], [true, "The call may have taken effect all the same"]);
  const second = await odd.call("who") as { pid: number; calls: number };
  assert(second.pid !== first.pid);
  assertEquals(second.calls, 1);
  assertEquals((await odd.log("call")).filter(({ tool }) => tool === "hang").length, 1);
});

Deno.test("a server that ends in whatever way fails only what waits for it", async () => {
  await using odd = await openOdd({ odd: {}, other: {} }, { several: true });
  const other = odd.upstreams.callTool({ server: "other", tool: "slow", arguments: { ms: 1_000 } });
  const ways = {
    exit: "it exited with code 3",
    kill: "it was killed by SIGKILL",
  };
  for (const [how, reason] of Object.entries(ways)) {
    const error = await fails("SERVER_UNAVAILABLE", () => odd.call("die", { how }));
    assertStringIncludes(error.message, `(${reason})`);
    assertEquals(await odd.call("echo"), { arguments: {} });
  }
  assertEquals(await other, "late");
});

Deno.test("a server that dies at each call is started less and less often", async () => {
  await using odd = await openOdd({ switches: ["--die-on", "echo"] });
  for (let attempt = 0; attempt < 30; attempt++) {
    await fails("SERVER_UNAVAILABLE", () => odd.call("echo"));
  }
  const starts = (await odd.log("start")).length;
  assert(starts > 1 && starts < 8, `${starts} starts`);
  assertEquals(odd.upstreams.status()[0]?.state, "failed");
});

Deno.test("a server that cannot be started says why, and its command line stays its own", async () => {
  const secret = "s3cr3t-of-the-server";
  await using odd = await openOdd({ switches: ["--exit-at-start", "4"], env: { API_KEY: secret } });
  const error = await fails("SERVER_UNAVAILABLE", () => odd.call("echo"));
  assertEquals(
    error.message,
    "Cannot call odd.echo: its server is not available (it exited with code 4)",
  );
  assertEquals(error.hint, undefined);
  assertStringIncludes((error.cause as Error).message, "told so by --exit-at-start");
  const [status] = odd.upstreams.status();
  assertEquals([status?.state, status?.error], ["failed", "it exited with code 4"]);
  assertStringIncludes(status?.detail ?? "", "told so by --exit-at-start");
  const listing = await fails("SERVER_UNAVAILABLE", () => odd.upstreams.catalogue("odd"));
  assertStringIncludes(listing.message, 'Cannot list tools of "odd": its server is not available');
});

Deno.test("no error of a call holds what is configured for the server alone", async () => {
  const secret = "s3cr3t-of-the-server";
  await using odd = await openOdd({ env: { API_KEY: secret } });
  assertEquals((await odd.call("who", { env: ["API_KEY"] }) as { env: unknown }).env, {
    API_KEY: secret,
  });
  for (const tool of ["fail", "rpc_error"]) {
    const error = await assertRejects(() => odd.call(tool, { message: `bad key ${secret}` }));
    assertStringIncludes(error.message, "bad key [hidden]");
  }
});

Deno.test("a server that does not answer is given up after connectTimeoutMs", async () => {
  await using odd = await openOdd({ switches: ["--hang", "initialize"], connectTimeoutMs: 300 });
  const error = await fails("SERVER_UNAVAILABLE", () => odd.call("echo"));
  assertStringIncludes(error.message, "(it did not answer within 300 ms)");
});

Deno.test("a server that speaks a protocol of its own is refused", async () => {
  await using odd = await openOdd({ switches: ["--protocol", "1999-01-01"] });
  const error = await fails("SERVER_UNAVAILABLE", () => odd.call("echo"));
  assertStringIncludes(
    error.message,
    "(its answer to initialize is not what the protocol asks for)",
  );
});

Deno.test("catalogue gathers all pages", async () => {
  await using odd = await openOdd({ switches: ["--page-size", "3", "--more-tools", "50"] });
  const tools = await odd.upstreams.catalogue("odd");
  assertEquals(tools.filter(({ name }) => name.startsWith("more_")).length, 50);
  assert((await odd.log("list_tools")).length > 20);
});

Deno.test("catalogue ends where pages lead in a circle, and says so", async () => {
  await using odd = await openOdd({ switches: ["--endless-pages"] });
  assert((await odd.upstreams.catalogue("odd")).length > 0);
  assertEquals((await odd.log("list_tools")).length, 2);
  const problems = odd.upstreams.status()[0]?.problems.map(({ message }) => message) ?? [];
  assertEquals(problems.includes("The pages of the list lead in a circle"), true);
});

Deno.test("catalogue has all good tools of a server that lists bad ones, and names the bad ones", async () => {
  await using odd = await openOdd({ switches: ["--bad-tools"] });
  const names = (await odd.upstreams.catalogue("odd")).map(({ name }) => name);
  for (
    const name of ["echo", "who", "schema_without_type", "schema_is_missing", "twice", "__proto__"]
  ) {
    assertEquals(names.filter((one) => one === name).length, 1, name);
  }
  const problems = odd.upstreams.status()[0]?.problems ?? [];
  assert(problems.some(({ tool }) => tool === "twice"));
  assertEquals(await odd.call("schema_without_type"), "called schema_without_type");
});

Deno.test("catalogue fails with the server's words where it cannot list, and calls fail alike", async () => {
  await using odd = await openOdd({ switches: ["--list-error"] });
  const error = await fails("TOOL_FAILED", () => odd.upstreams.catalogue("odd"));
  assertEquals(error.message, 'Cannot list tools of "odd": No list today');
  await fails("TOOL_FAILED", () => odd.call("echo"));
});

Deno.test("catalogue does not wait for ever", async () => {
  await using odd = await openOdd({ switches: ["--hang", "tools/list"], timeoutMs: 300 });
  const error = await fails("SERVER_UNAVAILABLE", () => odd.upstreams.catalogue("odd"));
  assertStringIncludes(error.message, "(it did not list its tools within 300 ms)");
});

Deno.test("catalogue takes what is on disk before it starts a server, unless it is to be fresh", async () => {
  await using odd = await openOdd();
  const listed = await odd.upstreams.catalogue("odd");
  await odd.upstreams.close();
  await using again = await odd.reopen();
  assertEquals(await again.catalogue("odd"), listed);
  assertEquals(again.status()[0]?.state, "idle");
  assertEquals((await odd.log("start")).length, 1);
  assertEquals(await again.catalogue("odd", { fresh: true }), listed);
  assertEquals((await odd.log("start")).length, 2);
  await again.catalogue("odd", { fresh: true });
  assertEquals((await odd.log("list_tools")).length, 3);
});

Deno.test("catalogue follows a server that says that its tools have changed", async () => {
  await using odd = await openOdd();
  const changes: Parameters<Parameters<Upstreams["onCatalogueChange"]>[0]>[0][] = [];
  const end = odd.upstreams.onCatalogueChange((change) => changes.push(change));
  await odd.upstreams.catalogue("odd");
  await fails("TOOL_UNKNOWN", () => odd.call("new_tool"));
  for (const name of ["new_tool", "other_tool"]) await odd.call("change_tools", { add: [name] });
  const names = () => changes.at(-1)?.tools.map(({ name }) => name) ?? [];
  await until(() => names().includes("other_tool") ? true : undefined);
  assertEquals(changes[0]?.server, "odd");
  assertEquals((await odd.upstreams.catalogue("odd")).map(({ name }) => name), names());
  assertEquals(await odd.call("new_tool"), "called new_tool");
  end();
  const heard = changes.length;
  await odd.call("change_tools", { remove: ["new_tool"] });
  await until(async () =>
    (await odd.upstreams.catalogue("odd")).some(({ name }) => name === "new_tool")
      ? undefined
      : true
  );
  assertEquals(changes.length, heard);
});

Deno.test("an unchanged catalogue is the same object, and no listener is called", async () => {
  await using odd = await openOdd();
  const changes: Parameters<Parameters<Upstreams["onCatalogueChange"]>[0]>[0][] = [];
  const before = await odd.upstreams.catalogue("odd");
  odd.upstreams.onCatalogueChange((change) => changes.push(change));
  assertEquals(await odd.upstreams.catalogue("odd", { fresh: true }) === before, true);
  assertEquals(changes, []);
});

Deno.test("a result of 100 MB passes, and one above the limit fails its own call only", async () => {
  await using odd = await openOdd();
  const text = await odd.call("huge", { megabytes: 100 }) as string;
  assertEquals(text.length, 100 * 1024 * 1024);
  await odd.upstreams.close();
  await using small = await odd.reopen({ callBytes: 1024 * 1024 });
  const waiting = small.callTool({ server: "odd", tool: "slow", arguments: { ms: 500 } });
  for (const structured of [false, true]) {
    const call = { server: "odd", tool: "huge", arguments: { megabytes: 5, structured } };
    const error = await fails("TOOL_FAILED", () => small.callTool(call));
    assertEquals(error.message, "Cannot call odd.huge: The answer is larger than 2097152 bytes");
  }
  assertEquals(await waiting, "late");
});

Deno.test("noise beside the protocol disturbs no call", async () => {
  await using odd = await openOdd({
    switches: ["--garbage", "--wrong-ids", "--answer-twice", "--stderr-bytes", "3000000"],
  });
  const calls = Array.from({ length: 20 }, (_, n) => odd.call("echo", { n }));
  assertEquals(await Promise.all(calls), calls.map((_, n) => ({ arguments: { n } })));
  assertEquals((await odd.log("start")).length, 1);
});

Deno.test("a server that asks something of us hears that we do not know it", async () => {
  await using odd = await openOdd();
  for (const method of ["roots/list", "sampling/createMessage", "elicitation/create", "nonsense"]) {
    const { answer } = await odd.call("ask_client", { method }) as { answer: { error: unknown } };
    assertEquals(answer.error, { code: -32_601, message: "Method not found" });
  }
  const { answer } = await odd.call("ask_client", { method: "ping" }) as { answer: object };
  assertEquals("result" in answer, true);
});

Deno.test("close fails what waits, and whatever is asked for later", async () => {
  await using odd = await openOdd();
  const waiting = fails("SERVER_UNAVAILABLE", () => odd.call("hang"));
  await odd.logged("call");
  await odd.upstreams.close();
  await waiting;
  await fails("SERVER_UNAVAILABLE", () => odd.call("echo"));
});

async function hide(text: string, entry: Record<string, unknown>): Promise<string> {
  const { servers: [server] } = await parseConfig({ mcpServers: { s: entry } });
  return hideSecrets(text, server!);
}

Deno.test("hideSecrets() hides the values of variables and of arguments that read like keys", async () => {
  const entry = {
    command: "server",
    args: [
      "--verbose",
      "--token=very-secret",
      "./folder/with/a/long/name-1",
      "sk_live_0123456789abcdef",
    ],
    env: { KEY: "from-env-1234", SHORT: "on" },
  };
  assertEquals(
    await hide(
      "on: very-secret, from-env-1234, sk_live_0123456789abcdef, --verbose ./folder/with/a/long/name-1",
      entry,
    ),
    "on: [hidden], [hidden], [hidden], --verbose ./folder/with/a/long/name-1",
  );
});

Deno.test("hideSecrets() hides headers, with and without their scheme, and what an address holds", async () => {
  const entry = {
    url: "https://user-name:pass-word@host.example/path?key=query-secret",
    headers: { Authorization: "Bearer header-secret" },
  };
  assertEquals(
    await hide(
      "Bearer header-secret header-secret query-secret user-name pass-word host.example",
      entry,
    ),
    "[hidden] [hidden] [hidden] [hidden] [hidden] host.example",
  );
});

Deno.test("hideSecrets() leaves nothing of a secret that holds another", async () => {
  const entry = { command: "server", env: { A: "abcdef", B: "abcdef-ghijkl" } };
  assertEquals(await hide("abcdef-ghijkl abcdef", entry), "[hidden] [hidden]");
});

function make(random: number): { backoff: Backoff; pass: (ms: number) => void } {
  let time = 1_000;
  const backoff = new Backoff({ now: () => time, random: () => random });
  return { backoff, pass: (ms) => time += ms };
}

Deno.test("Backoff lets the first attempt through at once", () => {
  assertEquals(make(1).backoff.remainingMs, 0);
});

Deno.test("Backoff doubles the delay with each failure, up to half a minute", () => {
  const { backoff } = make(1);
  const delays = Array.from({ length: 10 }, () => {
    backoff.failed();
    return backoff.remainingMs;
  });
  assertEquals(delays, [200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]);
});

Deno.test("Backoff spreads the delay over its upper half", () => {
  const { backoff } = make(0);
  backoff.failed();
  assertEquals(backoff.remainingMs, 100);
});

Deno.test("Backoff counts time that has passed", () => {
  const { backoff, pass } = make(1);
  backoff.failed();
  pass(150);
  assertEquals(backoff.remainingMs, 50);
  pass(1_000);
  assertEquals(backoff.remainingMs, 0);
});

Deno.test("Backoff starts over after a connection that held, not after one that did not", () => {
  const { backoff, pass } = make(1);
  backoff.failed();
  backoff.connected();
  pass(100);
  backoff.failed();
  assert(backoff.remainingMs > 200);
  pass(1_000);
  backoff.connected();
  pass(6_000);
  backoff.failed();
  assertEquals(backoff.remainingMs, 0);
  backoff.failed();
  assertEquals(backoff.remainingMs, 200);
});
