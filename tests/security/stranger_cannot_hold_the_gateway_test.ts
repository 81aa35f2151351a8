import { assert, assertEquals, assertMatch } from "@std/assert";
import { sampled } from "../fixtures/sampled.ts";
import { type Served, withServe } from "../fixtures/served_gateway.ts";

const linux = { ignore: Deno.build.os !== "linux" };
const DESCRIPTORS = 300;
/** More than the process may have. */
const CLIENTS = 320;
/** What strangers may hold: a quarter of the descriptors. What is being closed is beside it. */
const HELD = DESCRIPTORS / 4 + 15;

/** What a stranger sends upon each of its connections, and never goes on with. */
function requestsTo(host: string): Record<string, string | Uint8Array> {
  const own = `Host: ${host}\r\n`;
  const beginnings = ["GET /healthz HTTP/1.1\r\n", "POST /v1/runs HTTP/1.1\r\n", "G"];
  const halves = beginnings.flatMap((first) => [
    [`half: ${first.trim()}`, first],
    [`half with a host: ${first.trim()}`, `${first}${own}X-A: `],
  ]);
  const post = `POST /v1/runs HTTP/1.1\r\n${own}Content-Type: application/json\r\n`;
  const wrongToken = `${post}Authorization: Bearer ${"x".repeat(40)}\r\n`;
  return {
    silence: "",
    ...Object.fromEntries(halves),
    "a whole request": `GET /healthz HTTP/1.1\r\n${own}\r\n`,
    "many requests at once": `GET /openapi.json HTTP/1.1\r\n${own}\r\n`.repeat(200),
    "half a body": `${post}Content-Length: 100\r\n\r\n{"code"`,
    "half a body, wrong token": `${wrongToken}Content-Length: 100\r\n\r\n{"code"`,
    "half a chunk": `${wrongToken}Transfer-Encoding: chunked\r\n\r\nfff\r\n{`,
    "chunks that are none": `${wrongToken}Transfer-Encoding: chunked\r\n\r\nzz\r\n{`,
    "two lengths": `${post}Content-Length: 5\r\nContent-Length: 500\r\n\r\n{`,
    "a length and chunks":
      `${post}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    "a length below zero": `${post}Content-Length: -1\r\n\r\n{}`,
    "a length beyond numbers": `${post}Content-Length: ${"9".repeat(40)}\r\n\r\n{}`,
    "a long header": `GET /healthz HTTP/1.1\r\n${own}X: ${"a".repeat(50_000)}`,
    "many headers": `GET /healthz HTTP/1.1\r\n${own}${"X: a\r\n".repeat(5_000)}`,
    "a long target": `GET /${"a".repeat(50_000)}`,
    "no host": "GET /healthz HTTP/1.1\r\n\r\n",
    "HTTP/1.0": "GET /healthz HTTP/1.0\r\n\r\n",
    "HTTP/0.9": "GET /healthz\r\n",
    "a preface of HTTP/2": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "TLS": Uint8Array.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, ...new Uint8Array(40)]),
    "zeros": new Uint8Array(1_000),
    "line ends": "\r\n".repeat(1_000),
    "a method that is none": `FROB /healthz HTTP/1.1\r\n${own}\r\n`,
    ...Object.fromEntries(
      ["CONNECT", "TRACE", "OPTIONS"].map((method) => [
        method,
        `${method} / HTTP/1.1\r\n${own}\r\n`,
      ]),
    ),
    "an upgrade": `GET /mcp HTTP/1.1\r\n${own}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    "expects to be asked": `${post}Content-Length: 9\r\nExpect: 100-continue\r\n\r\n`,
  };
}

async function openAll(
  url: string,
  bytes: Uint8Array,
  count = CLIENTS,
): Promise<Deno.TcpConn[]> {
  const { hostname, port } = new URL(url);
  return await Promise.all(Array.from({ length: count }, async () => {
    const conn = await Deno.connect({ hostname, port: Number(port) });
    await conn.write(bytes).catch(() => {});
    return conn;
  }));
}

async function descriptorsOf({ host }: Served): Promise<number> {
  return (await Array.fromAsync(Deno.readDir(`/proc/${host.pid}/fd`))).length;
}

/** Resolves when the number is the same for a while: workers are being made ready. */
async function descriptorsAtRest(served: Served): Promise<number> {
  let found = await descriptorsOf(served);
  for (let same = 0; same < 25; same++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const now = await descriptorsOf(served);
    if (now !== found) same = 0;
    found = now;
  }
  return found;
}

/** Resolves to the last number, as soon as it is not above `expected`, or after a while. */
async function descriptorsFallTo(expected: number, served: Served): Promise<number> {
  let found = await descriptorsOf(served);
  for (let tries = 0; tries < 250 && found > expected; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    found = await descriptorsOf(served);
  }
  return found;
}

/** What a caller with the token and one without are told, each by a connection of its own. */
async function answersOf({ fetch: send }: Served): Promise<number[]> {
  const statuses: number[] = [];
  for (const path of ["/healthz", "/v1/skills"]) {
    const response = await send(path, {
      headers: { connection: "close" },
      signal: AbortSignal.timeout(20_000),
    });
    await response.body?.cancel();
    statuses.push(response.status);
  }
  return statuses;
}

Deno.test(
  "nothing that a stranger sends holds more than its share of descriptors, or another's answer",
  linux,
  async (t) => {
    await withServe({ descriptors: DESCRIPTORS }, async (served) => {
      assertEquals(await answersOf(served), [200, 200]);
      const before = await descriptorsAtRest(served);
      const requests = Object.entries(requestsTo(new URL(served.url).host));
      for (const [name, request] of sampled(requests, { keep: 8, name: "strangers" })) {
        await t.step(name, async () => {
          const bytes = typeof request === "string" ? new TextEncoder().encode(request) : request;
          const held = await openAll(served.url, bytes);
          try {
            assertEquals(await answersOf(served), [200, 200]);
            const most = await descriptorsFallTo(before + HELD, served);
            assert(most <= before + HELD, `${most} descriptors, ${before} before`);
          } finally {
            for (const conn of held) conn.close();
          }
          assertEquals(await answersOf(served), [200, 200]);
          assertEquals(await descriptorsFallTo(before, served), before);
        });
      }
      assertMatch(served.said(), /^Connections are sent away: .+$/m);
      assert(!/^\s+at |[Uu]ncaught/m.test(served.said()), served.said());
    });
  },
);

Deno.test(
  "a gateway without descriptors refuses the newest, says so, and goes on",
  linux,
  async (t) => {
    // So many connections are allowed that the system's bound comes first.
    await withServe(
      { descriptors: DESCRIPTORS, connections: 2 * CLIENTS + 100 },
      async (served) => {
        const own = `Host: ${
          new URL(served.url).host
        }\r\nAuthorization: Bearer ${served.token}\r\n`;
        const before = await descriptorsAtRest(served);
        const requests = {
          "of strangers": "GET /healthz HTTP/1.1\r\nX: ",
          "of a caller": `GET /healthz HTTP/1.1\r\n${own}\r\n`,
        };
        for (const [name, request] of Object.entries(requests)) {
          await t.step(name, async () => {
            const held = await openAll(served.url, new TextEncoder().encode(request));
            const answered = await answersOf(served).catch(() => []);
            for (const conn of held) conn.close();
            if (name === "of strangers") assertEquals(answered, [200, 200]);
            assertEquals(await descriptorsFallTo(before, served), before);
            assertEquals(await answersOf(served), [200, 200]);
          });
        }
        assertMatch(served.said(), /^Connections are sent away: Too many open files/m);
        assert(!/^\s+at |[Uu]ncaught/m.test(served.said()), served.said());
      },
    );
  },
);

Deno.test(
  "SIGTERM is heard while strangers and callers hold all that they may",
  linux,
  async () => {
    await withServe({ descriptors: DESCRIPTORS, shutdownMs: 100 }, async (served) => {
      const own = `Host: ${new URL(served.url).host}\r\nAuthorization: Bearer ${served.token}\r\n`;
      const post = `POST /v1/runs HTTP/1.1\r\n${own}Content-Type: application/json\r\n`;
      const endless = JSON.stringify({ code: 'for (;;) console.log("x".repeat(1000));' });
      const requests = [
        "GET / HTTP/1.1\r\nX: ",
        `GET /healthz HTTP/1.1\r\n${own}\r\n`,
        `${post}Content-Length: 100\r\n\r\n{"code"`,
        `${post}Accept: text/event-stream\r\nContent-Length: ${endless.length}\r\n\r\n${endless}`,
      ];
      const held = await Promise.all(
        requests.map((request) =>
          openAll(served.url, new TextEncoder().encode(request), CLIENTS / requests.length)
        ),
      );
      served.host.kill("SIGTERM");
      assertEquals((await served.host.status).code, 0);
      for (const conn of held.flat()) conn.close();
    });
  },
);
