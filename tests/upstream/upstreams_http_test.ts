import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type ConfigInput, parseConfig } from "../../src/config/config.ts";
import { AirlockError } from "../../src/model/errors.ts";
import { createUpstreams, type Upstreams } from "../../src/upstream/upstreams.ts";
import { type HttpServer, serveSse, serveStreamable } from "./http_servers.ts";
import { until } from "./odd_servers.ts";

/** The SDK's HTTP transports leave timers and bodies of refused answers behind for a while. */
const leaky = { sanitizeOps: false, sanitizeResources: false };

interface Opened extends AsyncDisposable {
  readonly upstreams: Upstreams;
  readonly call: (tool: string, args?: Record<string, unknown>) => Promise<unknown>;
}

async function open(
  entry: Record<string, unknown>,
  limits: ConfigInput["limits"] = {},
): Promise<Opened> {
  const folder = await Deno.makeTempDir();
  const input = { mcpServers: { web: entry }, folders: { state: folder }, limits };
  const upstreams = createUpstreams(await parseConfig(input, { root: folder }));
  return {
    upstreams,
    call: (tool, args = {}) => upstreams.callTool({ server: "web", tool, arguments: args }),
    async [Symbol.asyncDispose]() {
      await upstreams.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

async function unavailable(call: () => Promise<unknown>, reason: string): Promise<AirlockError> {
  const error = await assertRejects(call, AirlockError);
  assertEquals(error.code, "SERVER_UNAVAILABLE", error.message);
  assertStringIncludes(error.message, `(${reason})`);
  return error;
}

const kinds: Record<string, () => Promise<HttpServer>> = {
  "Streamable HTTP with streams": () => serveStreamable(),
  "Streamable HTTP with JSON": () => serveStreamable({ json: true }),
  "HTTP with SSE": () => serveSse(),
};

for (const [kind, serve] of Object.entries(kinds)) {
  Deno.test(`a server that speaks ${kind} is found out, listed and called`, leaky, async () => {
    await using server = await serve();
    await using web = await open({ url: server.url });
    const tools = await web.upstreams.catalogue("web");
    assertEquals(tools.map(({ name }) => name), ["echo", "hang", "huge", "fail"]);
    const calls = Array.from({ length: 10 }, (_, n) => web.call("echo", { n }));
    assertEquals(await Promise.all(calls), calls.map((_, n) => ({ n })));
    assertEquals(server.sessions(), 1);
  });

  Deno.test(
    `a server that speaks ${kind} gets the configured headers with each request`,
    leaky,
    async () => {
      await using server = await serve();
      await using web = await open({ url: server.url, headers: { "X-Key": "configured" } });
      await web.call("echo");
      assertEquals(server.requests.length > 2, true);
      assertEquals(server.requests.every((headers) => headers.get("x-key") === "configured"), true);
    },
  );

  Deno.test(`a call over ${kind} can time out and be given up`, leaky, async () => {
    await using server = await serve();
    await using web = await open({ url: server.url, timeoutMs: 300 });
    const error = await assertRejects(() => web.call("hang"), AirlockError);
    assertEquals(error.code, "TOOL_TIMED_OUT");
    const signal = AbortSignal.abort(new Error("enough"));
    const call = { server: "web", tool: "hang", arguments: {}, signal };
    await assertRejects(() => web.upstreams.callTool(call), Error, "enough");
    assertEquals(await web.call("echo", { n: 1 }), { n: 1 });
  });

  Deno.test(
    `a large answer over ${kind} passes, and one above the limit fails`,
    leaky,
    async () => {
      await using server = await serve();
      await using web = await open({ url: server.url });
      assertEquals((await web.call("huge", { bytes: 30_000_000 }) as string).length, 30_000_000);
      const rows = Array.from({ length: 20_000 }, (_, id) => ({ id, name: `é "${id}"\n` }));
      const echoed = await web.call("echo", { rows });
      assertEquals(JSON.stringify(echoed), JSON.stringify({ rows }));
      await using small = await open({ url: server.url, timeoutMs: 5_000 }, { callBytes: 500_000 });
      const error = await assertRejects(
        () => small.call("huge", { bytes: 5_000_000 }),
        AirlockError,
      );
      if (kind !== "HTTP with SSE") {
        assertEquals(
          error.message,
          "Cannot call web.huge: The answer is larger than 1000000 bytes",
        );
      }
      assertEquals(await small.call("echo", { n: 1 }), { n: 1 });
    },
  );
}

for (const how of ["error", "end"] as const) {
  Deno.test(`a stream that ends before its answer fails its call: with ${how}`, leaky, async () => {
    await using server = await serveStreamable();
    await using web = await open({ url: server.url });
    await web.call("echo");
    const before = server.requests.length;
    const waiting = unavailable(() => web.call("hang"), "it ended the connection");
    await until(() => server.requests.length > before ? true : undefined);
    server.interrupt(how);
    await waiting;
    assertEquals(await web.call("echo", { n: 1 }), { n: 1 });
  });
}

Deno.test("an SSE connection that is cut fails what waits, and is made anew", leaky, async () => {
  await using server = await serveSse();
  await using web = await open({ url: server.url });
  await web.call("echo");
  const before = server.requests.length;
  const waiting = unavailable(() => web.call("hang"), "it ended the connection");
  await until(() => server.requests.length > before ? true : undefined);
  server.interrupt("error");
  await waiting;
  assertEquals(await web.call("echo", { n: 1 }), { n: 1 });
  assertEquals(server.sessions(), 2);
});

Deno.test(
  "a server that has forgotten the session costs one call, and the next has a new one",
  leaky,
  async () => {
    await using server = await serveStreamable();
    await using web = await open({ url: server.url });
    await web.call("echo");
    server.forget();
    await unavailable(() => web.call("echo"), "it answered HTTP 404");
    assertEquals(await web.call("echo", { n: 1 }), { n: 1 });
  },
);

Deno.test("close ends the session at the server", leaky, async () => {
  await using server = await serveStreamable();
  await using web = await open({ url: server.url });
  await web.call("echo");
  assertEquals(server.sessions(), 1);
  await web.upstreams.close();
  assertEquals(server.sessions(), 0);
});

Deno.test("type decides what is spoken, and then nothing else is tried", leaky, async () => {
  await using older = await serveSse();
  await using newer = await serveStreamable();
  for (const type of ["http", "streamable-http", "streamableHttp"]) {
    await using web = await open({ url: older.url, type });
    await unavailable(() => web.call("echo"), "it answered HTTP 405");
    await using right = await open({ url: newer.url, type });
    assertEquals(await right.call("echo", { n: 1 }), { n: 1 });
  }
  await using sse = await open({ url: older.url, type: "sse" });
  assertEquals(await sse.call("echo", { n: 1 }), { n: 1 });
  await using wrong = await open({ url: newer.url, type: "sse", connectTimeoutMs: 2_000 });
  await assertRejects(() => wrong.call("echo"), AirlockError);
});

Deno.test("no error of a remote server holds its address or a secret", leaky, async () => {
  const secrets = /in-the-query|in-a-header|in-the-user|127\.0\.0\.1/;
  const headers = { Authorization: "Bearer in-a-header" };
  const address = (port: number) => `http://in-the-user:x@127.0.0.1:${port}/?key=in-the-query`;
  const refusing = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const said = `${request.url} ${request.headers.get("authorization")}`;
    return new Response(said, { status: 401 });
  });
  const { port } = refusing.addr;
  for (const type of ["http", "sse", undefined]) {
    await using web = await open({ url: address(port), headers, ...(type && { type }) });
    const error = await unavailable(() => web.call("echo"), "it answered HTTP 401");
    assertEquals(secrets.test(error.message), false);
    assertEquals(/in-the-query|in-a-header|in-the-user/.test(Deno.inspect(error)), false);
  }
  await refusing.shutdown();
  await using gone = await open({ url: address(port), headers, type: "http" });
  const error = await unavailable(() => gone.call("echo"), "it could not be reached");
  assertEquals(secrets.test(error.message), false);
  assertEquals(/in-the-query|in-a-header|in-the-user/.test(Deno.inspect(error)), false);
  assertEquals(/in-the-query|in-the-user/.test(JSON.stringify(gone.upstreams.status())), false);
});

Deno.test("a server that sends us to another origin is not followed there", leaky, async () => {
  await using other = await serveStreamable();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response(null, { status: 307, headers: { location: other.url } }),
  );
  await using web = await open({
    url: `http://127.0.0.1:${server.addr.port}/`,
    headers: { "X-Key": "k" },
  });
  await unavailable(() => web.call("echo"), "it answered HTTP 307");
  assertEquals(other.requests.length, 0);
  await server.shutdown();
});
