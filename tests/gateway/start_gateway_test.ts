import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { AirlockError } from "../../src/model/errors.ts";
import { startGateway } from "../../src/gateway/start_gateway.ts";
import { readProblem } from "./app_client.ts";
import {
  createFakeRuntime,
  type FakeProgram,
  type FakeRuntime,
  untilCancelled,
} from "./fake_runtime.ts";
import { sendRaw } from "./raw_http.ts";

interface Started {
  readonly gateway: Awaited<ReturnType<typeof startGateway>>;
  readonly runtime: FakeRuntime;
  readonly token: string;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  run(code: string, init?: RequestInit): Promise<Response>;
}

interface StartOptions {
  readonly limits?: { bodyBytes?: number; shutdownMs?: number; concurrentRuns?: number };
  readonly programs?: Readonly<Record<string, FakeProgram>>;
}

/** Starts a gateway on a port of its own, and stops it after the test. */
async function withGateway(
  { limits = {}, programs = {} }: StartOptions,
  test: (started: Started) => Promise<void>,
): Promise<void> {
  const state = await Deno.makeTempDir();
  const runtime = await createFakeRuntime({
    config: { folders: { state }, gateway: { port: 0, ...limits } },
    programs,
    servers: { "a/b": [{ name: "c/d?e#f", inputSchema: { type: "object" } }] },
  });
  const gateway = await startGateway(runtime);
  const token = (await Deno.readTextFile(gateway.tokenPath)).trim();
  const send = (path: string, init: RequestInit = {}) =>
    fetch(`${gateway.url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, ...init.headers as Record<string, string> },
    });
  const run = (code: string, init: RequestInit = {}) =>
    send("/v1/runs", {
      method: "POST",
      body: JSON.stringify({ code }),
      ...init,
      headers: { "content-type": "application/json", ...init.headers as Record<string, string> },
    });
  try {
    await test({ gateway, runtime, token, fetch: send, run });
  } finally {
    await runtime[Symbol.asyncDispose]();
    await gateway.stop();
    await Deno.remove(state, { recursive: true });
  }
}

const events = { accept: "text/event-stream" };

Deno.test("startGateway() listens on the loopback, behind the token in its file", async () => {
  await withGateway({}, async ({ gateway, run, fetch: send }) => {
    assertMatch(gateway.url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assertEquals((await (await run("hello")).json()).value, "hello");
    const refused = await send("/v1/servers", { headers: { authorization: "Bearer wrong" } });
    assertEquals((await readProblem(refused)).status, 401);
  });
});

Deno.test("the gateway finds a tool by the names in a path as clients encode them", async () => {
  await withGateway({}, async ({ fetch: send }) => {
    const [server, tool] = ["a/b", "c/d?e#f"].map(encodeURIComponent);
    const response = await send(`/v1/tools/${server}/${tool}`);
    assertEquals((await response.json()).name, "c/d?e#f");
  });
});

Deno.test("the gateway refuses a host that is not its own, however it is given", async () => {
  await withGateway({}, async ({ gateway, token }) => {
    const own = new URL(gateway.url).host;
    const ask = async (target: string, host: string) => {
      const headers = `${host}Authorization: Bearer ${token}\r\nConnection: close\r\n`;
      return (await sendRaw(gateway.url, `GET ${target} HTTP/1.1\r\n${headers}\r\n`))[0];
    };
    const expected: readonly [string, string, string][] = [
      ["/v1/servers", `Host: ${own}\r\n`, "200"],
      [`http://${own}/v1/servers`, `Host: ${own}\r\n`, "200"],
      ["/v1/servers", "Host: evil.example\r\n", "403"],
      ["/v1/servers", `Host: evil.example:${own.split(":")[1]}\r\n`, "403"],
      ["/v1/servers", `Host: x@${own}\r\n`, "403"],
      ["/v1/servers", `Host: ${own}/healthz?\r\n`, "403"],
      ["/v1/servers", `Host: ${own}#\r\n`, "403"],
      ["http://evil.example/v1/servers", `Host: ${own}\r\n`, "403"],
      [`http://${own}/v1/servers`, "Host: evil.example\r\n", "403"],
      ["/v1/servers", `Host: ${own}\r\nHost: evil.example\r\n`, "400"],
    ];
    for (const [target, host, status] of expected) {
      assertEquals([target, host, await ask(target, host)], [target, host, status]);
    }
  });
});

Deno.test("a path with dots is not another path: it does not get around the token", async () => {
  await withGateway({}, async ({ gateway }) => {
    const host = `Host: ${new URL(gateway.url).host}\r\nConnection: close\r\n`;
    for (const path of ["/healthz/../v1/servers", "/healthz%2f..%2fv1%2fservers", "//healthz"]) {
      const statuses = await sendRaw(gateway.url, `GET ${path} HTTP/1.1\r\n${host}\r\n`);
      assertEquals([path, ...statuses], [path, "401"]);
    }
  });
});

Deno.test("no request hides in the body of another", async () => {
  await withGateway({}, async ({ gateway, token }) => {
    const head = `POST /v1/runs HTTP/1.1\r\nHost: ${new URL(gateway.url).host}\r\n` +
      `Authorization: Bearer ${token}\r\nContent-Type: application/json\r\n`;
    const hidden = "GET /v1/servers HTTP/1.1\r\n\r\n";
    const ambiguous = [
      `Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
      `Content-Length: 0\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
      `Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${hidden}`,
      `Content-Length: +0\r\n\r\n${hidden}`,
      `Content-Length: 0x0\r\n\r\n${hidden}`,
    ];
    for (const rest of ambiguous) {
      assertEquals([rest, ...await sendRaw(gateway.url, head + rest)], [rest, "400"]);
    }
  });
});

Deno.test("oversized headers are refused, and the gateway stays", async () => {
  await withGateway({}, async ({ gateway, fetch: send }) => {
    const host = `Host: ${new URL(gateway.url).host}\r\n`;
    const requests = [
      `GET /healthz HTTP/1.1\r\n${host}X-Long: ${"a".repeat(2_000_000)}\r\n\r\n`,
      `GET /healthz HTTP/1.1\r\n${host}${"X-Many: a\r\n".repeat(5_000)}\r\n`,
      `GET /${"a".repeat(2_000_000)} HTTP/1.1\r\n${host}\r\n`,
    ];
    for (const request of requests) {
      const statuses: string[] = await sendRaw(gateway.url, request).catch(() => []);
      assert(!statuses.includes("200"), `${statuses}`);
    }
    assertEquals(await (await send("/healthz")).json(), { status: "ok" });
  });
});

Deno.test("a body is refused at the limit, whether its length is known or not", async () => {
  await withGateway({ limits: { bodyBytes: 1_000 } }, async ({ gateway, token, run }) => {
    const large = JSON.stringify({ code: "x".repeat(1_000) });
    assertEquals((await readProblem(await run("", { body: large }))).code, "TOO_LARGE");
    const head = `POST /v1/runs HTTP/1.1\r\nHost: ${new URL(gateway.url).host}\r\n` +
      `Authorization: Bearer ${token}\r\nContent-Type: application/json\r\n`;
    const chunk = `${(500).toString(16)}\r\n${"x".repeat(500)}\r\n`;
    const chunked = `${head}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n${
      chunk.repeat(3)
    }0\r\n\r\n`;
    assertEquals((await sendRaw(gateway.url, chunked))[0], "413");
    const taken = await run("x");
    await taken.body?.cancel();
    assertEquals(taken.status, 200);
  });
});

Deno.test("a client that disconnects cancels its run, streamed or not", async () => {
  for (const headers of [events, undefined]) {
    const started = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<string>();
    const programs: Record<string, FakeProgram> = {
      async wait(run) {
        started.resolve();
        ended.resolve(await untilCancelled(run));
      },
    };
    await withGateway({ programs }, async ({ run }) => {
      const leaving = new AbortController();
      const response = run("wait", { signal: leaving.signal, ...(headers && { headers }) });
      const given = response.then((answer) => answer.text());
      await started.promise;
      if (headers) await response;
      leaving.abort();
      await assertRejects(() => given, DOMException);
      assertEquals(await ended.promise, "cancelled");
    });
  }
});

Deno.test("stop() lets runs end, and reports meanwhile that it accepts no more", async () => {
  const release = Promise.withResolvers<string>();
  const programs = { wait: () => release.promise };
  await withGateway({ programs }, async ({ gateway, run, fetch: send }) => {
    const streamed = await run("wait", { headers: events });
    const plain = run("wait");
    const ready = await send("/readyz");
    assertEquals(ready.status, 200);
    await ready.body?.cancel();
    const stopped = gateway.stop();
    assertEquals((await readProblem(await send("/readyz"))).status, 503);
    assertEquals((await readProblem(await run("late"))).code, "BUSY");
    assertEquals((await (await send("/v1/runs/run_1")).json()).state, "running");
    release.resolve("done");
    assertMatch(await streamed.text(), /event: result\ndata: .*"value":"done".*\n\n$/);
    assertEquals((await (await plain).json()).value, "done");
    await stopped;
    await assertRejects(() => send("/healthz"));
  });
});

Deno.test("stop() cancels a run that takes too long, and its client still gets the result", async () => {
  const limits = { shutdownMs: 0 };
  const programs = { wait: untilCancelled };
  await withGateway({ limits, programs }, async ({ gateway, run }) => {
    const streamed = await run("wait", { headers: events });
    await gateway.stop();
    assertMatch(await streamed.text(), /event: result\ndata: .*"status":"cancelled".*\n\n$/);
  });
});

Deno.test("startGateway() explains why it cannot listen", async () => {
  await withGateway({}, async ({ gateway, runtime }) => {
    const port = Number(new URL(gateway.url).port);
    const inUse = await assertRejects(() => startGateway(runtime, { port }), AirlockError);
    assertEquals(inUse.code, "CONFIG_INVALID");
    assertMatch(inUse.message, /^Cannot start gateway: 127\.0\.0\.1:\d+: it is in use$/);
    for (const host of ["", "no such host", "192.0.2.1"]) {
      const error = await assertRejects(() => startGateway(runtime, { host }), AirlockError);
      assertMatch(error.message, /: it cannot be listened on$/);
    }
  });
});

Deno.test("startGateway() does not listen with a token that other users can read", {
  ignore: Deno.build.os === "windows",
}, async () => {
  await withGateway({}, async ({ gateway, runtime }) => {
    await Deno.chmod(gateway.tokenPath, 0o644);
    await assertRejects(() => startGateway(runtime), AirlockError, "can be read");
  });
});
