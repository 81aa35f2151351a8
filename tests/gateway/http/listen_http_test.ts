import { assert, assertEquals, assertMatch } from "@std/assert";
import { type HttpListener, listenHttp } from "../../../src/gateway/http/listen_http.ts";
import { sendRaw } from "../raw_http.ts";

interface Started {
  readonly url: string;
  readonly listener: HttpListener;
}

interface Options {
  readonly anonymousMs?: number;
  readonly idleMs?: number;
  readonly maxConnections?: number;
}

type Handler = (request: Request) => Response | Promise<Response>;

/** Who sends `Authorization: NAME` is the principal of that name. */
async function withListener(
  options: Options,
  handler: Handler,
  test: (started: Started) => Promise<void>,
): Promise<void> {
  const listener = listenHttp({
    hostname: "127.0.0.1",
    port: 0,
    maxConnections: 20,
    principalOf: (name) => name === undefined ? undefined : { name, permission: "full" },
    handler,
    warn() {},
    ...options,
  });
  try {
    await test({ url: `http://127.0.0.1:${listener.port}`, listener });
  } finally {
    const ended = listener.shutdown();
    listener.close();
    await ended;
  }
}

const ok: Handler = () => new Response("ok\n");
const HOST = "Host: x\r\n";

/** Sends a text, and another upon the first answer; gives all answers, to the end of the connection. */
async function tell(url: string, text: string, then = ""): Promise<string> {
  const { hostname, port } = new URL(url);
  const conn = await Deno.connect({ hostname, port: Number(port) });
  await conn.write(new TextEncoder().encode(text));
  const first = new Uint8Array(then === "" ? 0 : 10_000);
  const size = then === "" ? 0 : await conn.read(first) ?? 0;
  await conn.write(new TextEncoder().encode(then));
  const answer = new TextDecoder().decode(first.subarray(0, size));
  return answer + await new Response(conn.readable).text();
}

Deno.test("listenHttp() ends a connection whose head does not arrive in time", async () => {
  await withListener({ anonymousMs: 30 }, ok, async ({ url }) => {
    assertEquals(await tell(url, ""), "", "who said nothing is told nothing");
    for (const half of ["G", "GET / HTTP/1.1\r\n", `GET / HTTP/1.1\r\n${HOST}X-A: `]) {
      assertMatch(await tell(url, half), /^HTTP\/1\.1 408 .*\r\n\r\n\{.*"code":"REQUEST_INVALID"/s);
    }
  });
});

Deno.test("listenHttp() ends a connection whose head arrives byte by byte", async () => {
  await withListener({ anonymousMs: 60 }, ok, async ({ url }) => {
    const { hostname, port } = new URL(url);
    const conn = await Deno.connect({ hostname, port: Number(port) });
    let sent = 0;
    try {
      for (; sent < 10_000; sent++) {
        await conn.write(new Uint8Array([65]));
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    } catch {
      // As it should.
    }
    conn.close();
    assert(sent < 1_000);
  });
});

Deno.test("listenHttp() gives a principal another deadline between two heads, and none during a response", async () => {
  const release = Promise.withResolvers<void>();
  const slow: Handler = async ({ url }) => {
    if (new URL(url).pathname === "/slow") await release.promise;
    return new Response("ok");
  };
  await withListener({ anonymousMs: 30, idleMs: 60 }, slow, async ({ url }) => {
    const known = `${HOST}Authorization: a\r\n\r\n`;
    const answered = tell(url, `GET /slow HTTP/1.1\r\n${known}`);
    // Three connections come and go in the time of a stranger, one after the other.
    for (let i = 0; i < 3; i++) assertEquals(await tell(url, ""), "");
    release.resolve();
    assertMatch(await answered, /^HTTP\/1\.1 200 OK/);
    const begun = await tell(url, `GET / HTTP/1.1\r\n${known}`, "GET / HT");
    assertEquals([...begun.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, code]) => code), ["200", "408"]);
  });
});

Deno.test("listenHttp() answers one anonymous request, and any number of a principal's", async () => {
  await withListener({ idleMs: 30 }, ok, async ({ url }) => {
    const ask = (head: string) => sendRaw(url, `GET / HTTP/1.1\r\n${head}\r\n`.repeat(3));
    assertEquals(await ask(HOST), ["200"]);
    assertEquals(await ask(`${HOST}Authorization: a\r\n`), ["200", "200", "200"]);
  });
});

Deno.test("listenHttp() closes a connection as its client asks, whatever the response says", async () => {
  for (const type of ["text/plain", "text/event-stream"]) {
    const keeps: Handler = () =>
      new Response("ok\n", { headers: { "content-type": type, "connection": "keep-alive" } });
    await withListener({}, keeps, async ({ url }) => {
      const known = `${HOST}Authorization: a\r\nConnection: close\r\n\r\n`;
      assertEquals(await sendRaw(url, `GET / HTTP/1.1\r\n${known}`), ["200"]);
    });
  }
});

Deno.test("listenHttp() explains an invalid request", async () => {
  await withListener({}, ok, async ({ url }) => {
    const wrong: Record<string, readonly [status: number, says: RegExp]> = {
      "GET / HTTP/1.1\r\n\r\n": [400, /it has no Host/],
      "GET / HTTP/1.0\r\n\r\n": [400, /it has no Host/],
      "GET / HTTP/1.1\r\nHost:\r\n\r\n": [400, /it has no Host/],
      "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n": [400, /it has two hosts/],
      "GET / HTTP/1.1\r\nHost: a@x\r\n\r\n": [403, /its Host is not/],
      "GET / HTTP/1.1\r\nHost: x/y?\r\n\r\n": [403, /its Host is not/],
      [`GET * HTTP/1.1\r\n${HOST}\r\n`]: [400, /its target is not a path/],
      [`GET ftp://x/ HTTP/1.1\r\n${HOST}\r\n`]: [400, /its target is not a path/],
      [`GET http://a:b@x/ HTTP/1.1\r\n${HOST}\r\n`]: [400, /its target is not a path/],
      [`TRACE / HTTP/1.1\r\n${HOST}\r\n`]: [405, /nothing here does TRACE/],
      [`GET / HTTP/1.1\r\n${HOST}${"X: a\r\n".repeat(101)}\r\n`]: [431, /more than 100 headers/],
      [`GET / HTTP/1.1\r\n${HOST}X: ${"a".repeat(50_000)}\r\n\r\n`]: [431, /its head is too long/],
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n": [400, /it is no HTTP\/1\.1/],
      "\x16\x03\x01\x02\x00": [400, /it is no HTTP\/1\.1/],
      "GET / HTTP/9.9\r\nHost: x\r\n\r\n": [400, /it is no HTTP\/1\.1/],
    };
    for (const [request, [status, says]] of Object.entries(wrong)) {
      const answer = await tell(url, request);
      assertMatch(answer, new RegExp(`^HTTP/1\\.1 ${status} `), request.slice(0, 80));
      assertMatch(answer, says);
      assertMatch(answer, /\r\nconnection: close\r\n/i);
      const [, body] = answer.split("\r\n\r\n");
      assertEquals(JSON.parse(body!).status, status);
    }
  });
});

Deno.test("listenHttp() explains why it does not read a body", async () => {
  const refuse: Handler = () => new Response("no", { status: 413 });
  await withListener({}, refuse, async ({ url }) => {
    for (const authorization of [{}, { authorization: "a" }]) {
      const response = await fetch(url, {
        method: "POST",
        headers: authorization as Record<string, string>,
        body: new Uint8Array(3_000_000),
      });
      assertEquals([response.status, await response.text()], [413, "no"]);
    }
  });
});

Deno.test("listenHttp() reads a stream no faster than its client, and cancels it when the client disconnects", async () => {
  const cancelled = Promise.withResolvers<void>();
  let pulled = 0;
  const endless: Handler = () =>
    new Response(
      new ReadableStream({
        pull(controller) {
          pulled += 65_536;
          controller.enqueue(new Uint8Array(65_536));
        },
        cancel: () => cancelled.resolve(),
      }),
      { headers: { "content-type": "text/event-stream" } },
    );
  await withListener({}, endless, async ({ url }) => {
    const { hostname, port } = new URL(url);
    const conn = await Deno.connect({ hostname, port: Number(port) });
    const head = `GET / HTTP/1.1\r\n${HOST}Authorization: a\r\n\r\n`;
    await conn.write(new TextEncoder().encode(head));
    let before = -1;
    while (before !== pulled || pulled === 0) {
      before = pulled;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    // What the system holds of a connection, both ends together.
    assert(pulled < 16_000_000, `${pulled}`);
    conn.close();
    await cancelled.promise;
  });
});

Deno.test("a request's signal aborts when its client disconnects, and not when it is answered", async () => {
  const signals: AbortSignal[] = [];
  const release = Promise.withResolvers<void>();
  const keep: Handler = async ({ signal }) => {
    signals.push(signal);
    if (signals.length === 2) {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      release.resolve();
    }
    return new Response("ok");
  };
  await withListener({ idleMs: 20 }, keep, async ({ url }) => {
    await tell(url, `GET / HTTP/1.1\r\n${HOST}Authorization: a\r\n\r\n`);
    const leaving = new AbortController();
    const asked = fetch(url, { signal: leaving.signal }).catch(() => {});
    while (signals.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    leaving.abort();
    await Promise.all([asked, release.promise]);
    assertEquals(signals.map(({ aborted }) => aborted), [false, true]);
  });
});

Deno.test("a principal holds its share of connections, and the owner can still connect", async () => {
  const release = Promise.withResolvers<void>();
  let under = 0;
  const slow: Handler = async ({ url }) => {
    under++;
    if (new URL(url).pathname === "/slow") await release.promise;
    return new Response("ok");
  };
  await withListener({ maxConnections: 32, idleMs: 20 }, slow, async ({ url }) => {
    const ask = (name: string, path: string) =>
      sendRaw(url, `GET ${path} HTTP/1.1\r\n${HOST}Authorization: ${name}\r\n\r\n`);
    const held = ["a", "a", "a", "a", "b", "b", "b", "b", "c", "c", "c", "c"].map((name) =>
      ask(name, "/slow")
    );
    while (under < held.length) await new Promise((resolve) => setTimeout(resolve, 1));
    for (const name of ["a", "b", "d"]) {
      assertEquals([name, ...await ask(name, "/")], [name, "503"]);
    }
    assertEquals(await ask("owner", "/"), ["200"]);
    release.resolve();
    assertEquals((await Promise.all(held)).flat(), held.map(() => "200"));
    assertEquals(await ask("a", "/"), ["200"]);
  });
});

Deno.test("listenHttp() accepts a chunked body, and refuses one in tiny chunks", async () => {
  const read: Handler = async (request) => {
    const body = await request.arrayBuffer().catch(() => undefined);
    return new Response(`${body?.byteLength ?? "broke off"}\n`);
  };
  const head = `POST / HTTP/1.1\r\n${HOST}Authorization: a\r\nConnection: close\r\n` +
    "Transfer-Encoding: chunked\r\n\r\n";
  await withListener({}, read, async ({ url }) => {
    for (
      const [bytes, count, answer] of [
        [1, 20_000, "20000"],
        [1, 100_000, "broke off"],
        [8, 200_000, "broke off"],
        [256, 4_000, "1024000"],
      ] as const
    ) {
      const chunk = `${bytes.toString(16)}\r\n${"x".repeat(bytes)}\r\n`;
      const told = await sendAll(url, `${head}${chunk.repeat(count)}0\r\n\r\n`);
      assertMatch(told, new RegExp(`${answer}\\s`), `${count} of ${bytes}`);
    }
  });
});

async function sendAll(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const conn = await Deno.connect({ hostname, port: Number(port) });
  const answer = new Response(conn.readable).text();
  const bytes = new TextEncoder().encode(text);
  try {
    for (let sent = 0; sent < bytes.length;) sent += await conn.write(bytes.subarray(sent));
  } catch {
    // It is answered before the end.
  }
  return await answer.catch(() => "");
}
