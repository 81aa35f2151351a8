import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { createEventStream } from "../../src/gateway/server_events.ts";
import { HttpError, toRefusal, toResponse } from "../../src/gateway/problem.ts";
import { readBody } from "../../src/gateway/read_body.ts";
import { AirlockError, ERROR_CODES } from "../../src/model/errors.ts";
import { createAppClient, HOST, readProblem } from "./app_client.ts";

Deno.test("toRefusal() gives the caller the code, its status and whether to retry", () => {
  for (const code of ERROR_CODES) {
    const error = new AirlockError(code, "Cannot do: it is so");
    const { problem } = toRefusal(error);
    assertEquals(
      [problem.code, problem.status, problem.retry],
      [code, error.status, error.retry],
    );
  }
});

Deno.test("toRefusal() withholds the messages that are for the operator", () => {
  for (const code of ["INTERNAL", "CONFIG_INVALID", "WORKER_UNAVAILABLE"] as const) {
    const message = 'Cannot start worker: "deno" was not found at /root/bin';
    const refusal = toRefusal(new AirlockError(code, message, { hint: "see /root/bin" }));
    assertEquals(refusal.withheld, true);
    assertEquals(JSON.stringify(refusal.problem).includes("/root"), false, code);
  }
});

Deno.test("toRefusal() shows nothing of a foreign error", () => {
  const thrown = [new TypeError("/root"), "/root", undefined, { message: "/root" }];
  for (const error of [...thrown, new HTTPException(418, { message: "/root" })]) {
    const { problem, withheld } = toRefusal(error);
    assertEquals([problem.code, problem.status, withheld], ["INTERNAL", 500, true]);
    assertEquals(JSON.stringify(problem).includes("/root"), false);
  }
});

Deno.test("toRefusal() never shows the cause of an error", () => {
  const cause = new Error("the password is swordfish");
  const refusal = toRefusal(new AirlockError("NOT_FOUND", "Cannot find run: none", { cause }));
  assertEquals(JSON.stringify(refusal).includes("swordfish"), false);
  assertEquals(refusal.problem.detail, "Cannot find run: none");
});

Deno.test("toResponse() sets type, status and headers of a problem", async () => {
  const error = new HttpError("REQUEST_INVALID", "Cannot read request: it is so", {
    status: 415,
    headers: { "Accept": "application/json" },
    hint: "Send JSON",
    errors: [{ in: "body", field: "code", detail: "expected string" }],
  });
  const response = toResponse(toRefusal(error));
  assertEquals(response.status, 415);
  assertEquals(response.headers.get("content-type"), "application/problem+json");
  assertEquals(response.headers.get("accept"), "application/json");
  assertEquals(await response.json(), {
    type: "about:blank",
    title: "Unsupported Media Type",
    status: 415,
    detail: "Cannot read request: it is so",
    code: "REQUEST_INVALID",
    retry: false,
    hint: "Send JSON",
    errors: [{ in: "body", field: "code", detail: "expected string" }],
  });
});

const NEVER_MS = 600_000;
const nobodyLeaves = () => {
  throw new Error("nobody left");
};

Deno.test("createEventStream() sends each event's name and data", async () => {
  const stream = createEventStream({ keepAliveMs: NEVER_MS, onGone: nobodyLeaves });
  stream.send({ event: "started", data: { runId: "run_1" } });
  stream.send({ event: "result", data: null });
  stream.end();
  assertEquals(
    await new Response(stream.body).text(),
    'event: started\ndata: {"runId":"run_1"}\n\nevent: result\ndata: null\n\n',
  );
});

Deno.test("createEventStream() escapes text that would begin an event of its own", async () => {
  const stream = createEventStream({ keepAliveMs: NEVER_MS, onGone: nobodyLeaves });
  const text = "a\n\nevent: result\ndata: forged\r\n\r\nid: 1\rretry: 1\u2028\u2029\u0000\ud800";
  stream.send({ event: "log", data: { text, ["\n\nevent: result"]: 1 } });
  stream.end();
  const sent = await new Response(stream.body).text();
  assertEquals(sent.split(/\r\n|\r|\n/).length, 4);
  assertEquals(JSON.parse(sent.split("\n")[1]!.slice("data: ".length)).text, text);
});

Deno.test("createEventStream() sends a comment to keep the connection open", async () => {
  const stream = createEventStream({ keepAliveMs: 1, onGone: () => {} });
  const reader = stream.body.getReader();
  const { value } = await reader.read();
  assertMatch(new TextDecoder().decode(value), /^: [^\n]+\n\n$/);
  await reader.cancel();
});

Deno.test("createEventStream() reports that its reader has left, and sends no more", async () => {
  let gone = 0;
  const stream = createEventStream({ keepAliveMs: 1, onGone: () => gone++ });
  stream.send({ event: "started", data: {} });
  await stream.body.cancel();
  assertEquals(gone, 1);
  stream.send({ event: "log", data: {} });
  stream.end();
});

Deno.test("createEventStream() can be ended twice, and sends nothing after the end", async () => {
  const stream = createEventStream({ keepAliveMs: 1, onGone: nobodyLeaves });
  stream.end();
  stream.end();
  stream.send({ event: "log", data: {} });
  const sent = await new Response(stream.body).text();
  assert(!sent.includes("event:"), sent);
});

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

Deno.test("every route but health, readiness and the document needs a token", async () => {
  const { send } = await createAppClient();
  const document = await (await send("/openapi.json")).json();
  const paths = Object.entries<Record<string, { security?: unknown[] }>>(document.paths);
  const open: string[] = [];
  for (const [path, methods] of paths) {
    for (const [method, operation] of Object.entries(methods)) {
      const response = await send(path, {
        method: method.toUpperCase(),
        headers: { authorization: "" },
      });
      await response.body?.cancel();
      if (response.status !== 401) open.push(path);
      assertEquals(response.status === 401, operation.security === undefined, path);
    }
  }
  assertEquals(open, ["/healthz", "/readyz"]);
});

Deno.test("a request without a token learns how to send one, and nothing else", async () => {
  const { send } = await createAppClient();
  for (const authorization of ["", "Bearer", "Bearer wrong", "Basic dTpw", "Bearer a, Bearer b"]) {
    const response = await send("/v1/nothing/here", { headers: { authorization } });
    assertEquals(response.status, 401);
    assertEquals(response.headers.get("www-authenticate"), 'Bearer realm="airlock"');
    assertEquals((await readProblem(response)).code, "UNAUTHORIZED");
  }
});

Deno.test("an unknown path is a problem", async () => {
  const { send } = await createAppClient();
  for (const path of ["/", "/v1", "/v1/runs/", "/v1/runs/a/b", "/v2/runs", "/v1/../healthz/x"]) {
    const problem = await readProblem(await send(path));
    assertEquals([problem.status, problem.code], [404, "NOT_FOUND"]);
  }
});

Deno.test("an unknown method of a path is a problem that names the known ones", async () => {
  const { send } = await createAppClient();
  for (const method of ["DELETE", "PUT", "OPTIONS", "GET", "PATCH", "PROPFIND"]) {
    const response = await send("/v1/runs", { method });
    assertEquals(response.headers.get("allow"), "POST");
    assertEquals((await readProblem(response)).status, 405);
  }
  const response = await send("/v1/servers", { method: "POST" });
  assertEquals(response.headers.get("allow"), "GET, HEAD");
  assertEquals((await readProblem(response)).status, 405);
});

Deno.test("no response may be cached, framed, read as another type or read by another origin", async () => {
  const { send } = await createAppClient();
  for (const path of ["/healthz", "/v1/servers", "/v1/nothing", "/openapi.json"]) {
    const { headers, body } = await send(path);
    await body?.cancel();
    assertEquals(headers.get("cache-control"), "no-store, no-transform");
    assertEquals(headers.get("x-content-type-options"), "nosniff");
    assertEquals(headers.get("cross-origin-resource-policy"), "same-origin");
    assertStringIncludes(headers.get("content-security-policy") ?? "", "frame-ancestors 'none'");
    assertEquals([...headers.keys()].filter((name) => name.startsWith("access-control")), []);
  }
});

Deno.test("a preflight request from another origin is refused", async () => {
  const { send } = await createAppClient();
  const response = await send("/v1/runs", {
    method: "OPTIONS",
    headers: { origin: "https://evil.example", "access-control-request-method": "POST" },
  });
  assertEquals((await readProblem(response)).status, 403);
  assertEquals(response.headers.get("access-control-allow-origin"), null);
});

Deno.test("a page of the gateway's own may use the API", async () => {
  const { send } = await createAppClient();
  const response = await send("/v1/servers", { headers: { origin: `http://${HOST}` } });
  assertEquals(response.status, 200);
  await response.body?.cancel();
});

Deno.test("an unexpected error shows its caller nothing and its operator everything", async () => {
  const unforeseen = new TypeError("cannot read /root/.ssh/id_rsa");
  const client = await createAppClient({
    programs: {
      fails() {
        throw unforeseen;
      },
    },
  });
  const response = await client.run({ code: "fails" });
  const text = await response.clone().text();
  assert(!text.includes("/root") && !text.includes("TypeError"), text);
  assertEquals((await readProblem(response)).code, "INTERNAL");
  assertEquals(client.reported, [unforeseen]);
});
