import { assertEquals, assertMatch } from "@std/assert";
import { Hono } from "hono";
import { toRefusal, toResponse } from "../../src/gateway/problem.ts";
import { readBody } from "../../src/gateway/read_body.ts";
import { readProblem } from "./app_client.ts";

const LIMITS = { maxBytes: 100, timeoutMs: 600_000 };
const json = { "content-type": "application/json" };

function post(init: RequestInit, limits = LIMITS): Promise<Response> {
  const app = new Hono();
  app.onError((error) => toResponse(toRefusal(error)));
  app.use(readBody(limits));
  app.post("*", async (c) => c.text(await c.req.text()));
  return Promise.resolve(app.request("http://localhost/", { method: "POST", ...init }));
}

/** A body that comes in pieces, and says of itself only what it is. */
function inPieces(...pieces: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(pieces);
}

Deno.test("readBody() passes the body on, in whatever pieces it arrived", async () => {
  const bytes = new TextEncoder().encode('{"a":"é😀"}');
  const pieces = Array.from(bytes, (byte) => Uint8Array.of(byte));
  assertEquals(await (await post({ body: bytes, headers: json })).text(), '{"a":"é😀"}');
  assertEquals(
    await (await post({ body: inPieces(...pieces), headers: json })).text(),
    '{"a":"é😀"}',
  );
});

Deno.test("readBody() accepts a body of the limit, and refuses one byte more", async () => {
  const full = new TextEncoder().encode(`"${"x".repeat(98)}"`);
  assertEquals((await (await post({ body: full, headers: json })).text()).length, 100);
  for (const body of [new Uint8Array(101), inPieces(full, Uint8Array.of(32))]) {
    const problem = await readProblem(await post({ body, headers: json }));
    assertEquals([problem.status, problem.code], [413, "TOO_LARGE"]);
    assertMatch(problem.detail, /more than 100 bytes$/);
  }
});

Deno.test("readBody() stops reading at the limit", async () => {
  let pulled = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled++;
      controller.enqueue(new Uint8Array(10));
    },
  });
  const response = await post({ body: endless, headers: json });
  assertEquals(response.status, 413);
  await response.body?.cancel();
  assertEquals(pulled < 20, true);
});

Deno.test("readBody() does not trust a content length", async () => {
  const body = new Uint8Array(101).fill(32);
  const response = await post({ body, headers: { ...json, "content-length": "1" } });
  assertEquals((await readProblem(response)).status, 413);
});

Deno.test("readBody() times out on a body that does not end", async () => {
  let cancelled = false;
  const silent = new ReadableStream<Uint8Array>({
    cancel() {
      cancelled = true;
    },
  });
  const response = await post({ body: silent, headers: json }, { ...LIMITS, timeoutMs: 1 });
  const problem = await readProblem(response);
  assertEquals([problem.status, problem.code, cancelled], [408, "REQUEST_INVALID", true]);
  assertEquals(response.headers.get("connection"), "close");
});

Deno.test("readBody() does not take a part of a body for the whole", async () => {
  const broken = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{"code":"x"}'));
    },
    pull(controller) {
      controller.error(new Error("connection reset"));
    },
  });
  const problem = await readProblem(await post({ body: broken, headers: json }));
  assertEquals([problem.status, problem.detail], [
    400,
    "Cannot read request: its body broke off",
  ]);
});

Deno.test("readBody() accepts JSON, and no type that a form can send", async () => {
  const accepted = [
    "application/json",
    "Application/JSON; charset=UTF-8",
    'application/json;charset="utf-8"',
  ];
  for (const type of accepted) {
    const response = await post({ body: "1", headers: { "content-type": type } });
    assertEquals([type, response.status], [type, 200]);
    await response.body?.cancel();
  }
  const refused = [
    "text/plain",
    "text/plain; application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonp",
    "application/problem+json",
    "application/json; charset=utf-16",
    "application/json, text/plain",
    "",
  ];
  for (const type of refused) {
    const problem = await readProblem(await post({ body: "1", headers: { "content-type": type } }));
    assertEquals([type, problem.status, problem.code], [type, 415, "REQUEST_INVALID"]);
  }
  const untyped = await post({ body: new Uint8Array([49]) });
  assertEquals((await readProblem(untyped)).status, 415);
});

Deno.test("readBody() passes on a request without a body", async () => {
  assertEquals((await post({})).status, 200);
  assertEquals((await post({ body: inPieces() })).status, 200);
});

Deno.test("readBody() refuses invalid UTF-8, rather than change the program", async () => {
  const problem = await readProblem(
    await post({ body: Uint8Array.of(34, 0xff, 34), headers: json }),
  );
  assertEquals([problem.status, problem.detail], [
    400,
    "Cannot read request: its body is not UTF-8",
  ]);
});

Deno.test("readBody() refuses too many levels, values or names before parsing", async () => {
  const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
  const names = (count: number) =>
    `{${Array.from({ length: count }, (_, at) => `"k${at}":1`).join(",")}}`;
  const wide = (count: number) => `[${"{},".repeat(count)}1]`;
  const large = { maxBytes: 4_000_000, timeoutMs: 600_000 };
  const { parse } = JSON;
  try {
    JSON.parse = () => {
      throw new Error("It is parsed");
    };
    for (
      const [body, bound] of [
        [deep(211), /levels$/],
        [`{"code":"","fallback":{"arguments":{"a":${deep(300_000)}}}}`, /levels$/],
        [`{"a":`.repeat(500_000), /levels$/],
        [names(5_001), /names in one object$/],
        [`{"arguments":${names(150_000)}}`, /names in one object$/],
        [wide(50_000), /values$/],
        [wide(900_000), /values$/],
      ] as const
    ) {
      const response = await post({ body, headers: json }, large);
      const text = await response.text();
      assertEquals(response.status, 413, text);
      assertMatch(parse(text).detail, bound);
    }
  } finally {
    JSON.parse = parse;
  }
  for (const body of [deep(210), names(5_000), wide(49_990), `"${"x".repeat(3_000_000)}"`]) {
    const response = await post({ body, headers: json }, large);
    assertEquals(await response.text(), body);
  }
});

Deno.test("readBody() passes on nothing of a body that is not JSON", async () => {
  const many = `[${"1,".repeat(60_000)}1]`;
  for (const body of ["\u{feff}" + many, "9".repeat(1_001) + many, "{{{", " ", `{"a":1}${many}`]) {
    const response = await post({ body, headers: json }, { ...LIMITS, maxBytes: 1_000_000 });
    assertEquals(await response.text(), "?");
  }
});
