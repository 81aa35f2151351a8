import { assert, assertEquals, assertMatch } from "@std/assert";
import { createAppClient, readProblem } from "../app_client.ts";
import { type FakeRun, untilCancelled } from "../fake_runtime.ts";

const events = { accept: "text/event-stream" };

Deno.test("POST /v1/runs answers with the result, whatever the program made of it", async () => {
  const { run } = await createAppClient();
  const response = await run({ code: "hello" });
  assertEquals(response.status, 200);
  assertEquals(response.headers.get("content-type"), "application/json");
  const { runId, status, value } = await response.json();
  assertEquals([runId, status, value], ["run_1", "completed", "hello"]);
});

Deno.test("POST /v1/runs passes on the given fields, and no others", async () => {
  let asked: unknown;
  const { run } = await createAppClient({
    programs: {
      look({ request: { signal: _signal, onEvent: _onEvent, ...request } }) {
        asked = request;
      },
    },
  });
  const principal = { name: "owner", permission: "full" };
  const options = { session: "s-1", timeoutMs: 5, permission: "read_only" };
  await (await run({ code: "look", ...options })).body?.cancel();
  assertEquals(asked, { code: "look", principal, ...options });
  await (await run({ code: "look" })).body?.cancel();
  assertEquals(asked, { code: "look", principal });
});

Deno.test("POST /v1/runs explains each invalid field", async () => {
  const { run } = await createAppClient();
  const wrong: readonly [unknown, string[]][] = [
    [{}, ["code"]],
    [{ code: "" }, ["code"]],
    [{ code: 1, timeoutMs: "1" }, ["code", "timeoutMs"]],
    [{ code: "x", timeoutMs: 0 }, ["timeoutMs"]],
    [{ code: "x", timeoutMs: 1.5 }, ["timeoutMs"]],
    [{ code: "x", timeoutMs: 300_001 }, ["timeoutMs"]],
    [{ code: "x", other: 1 }, [""]],
    [[], [""]],
    [null, [""]],
    ["1", [""]],
  ];
  for (const [body, fields] of wrong) {
    const problem = await readProblem(await run(body));
    assertEquals([problem.status, problem.code], [400, "REQUEST_INVALID"]);
    assertEquals(problem.errors?.map(({ field }) => field), fields, JSON.stringify(body));
    assertMatch(problem.detail, /^Cannot read request: body/);
  }
});

Deno.test("POST /v1/runs refuses a session name that could be another path", async () => {
  const { run } = await createAppClient();
  const names = ["../other", "a/b", "..", ".", "", "a\u0000b", "a b", "é", "-a", "run_1", "A\n"];
  for (const session of [...names, "a\\b", "%2e%2e", "a".repeat(65)]) {
    const problem = await readProblem(await run({ code: "x", session }));
    assertEquals([session, problem.status], [session, 400]);
    assertEquals(problem.errors?.[0]?.field, "session");
  }
  assertEquals((await run({ code: "x", session: "a".repeat(64) })).status, 200);
});

Deno.test("keys with a meaning to JavaScript are only unknown keys", async () => {
  const { run } = await createAppClient();
  const bodies = [
    '{"__proto__": {"code": "x"}}',
    '{"constructor": {"prototype": {"code": "x"}}}',
    '{"code": "x", "constructor": 1}',
  ];
  for (const body of bodies) assertEquals((await readProblem(await run(body))).status, 400, body);
  await (await run('{"code": "x", "__proto__": {"session": "polluted"}}')).body?.cancel();
  assertEquals((Object.prototype as { session?: unknown }).session, undefined);
  assertEquals((Object.prototype as { code?: unknown }).code, undefined);
});

Deno.test("a refusal repeats a bounded part of the request", async () => {
  const { run } = await createAppClient();
  const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`key${index}`, 1]));
  const bodies = [many, { code: "x", ["k".repeat(1_000_000)]: 1 }, { code: "x", "a\nb\ud83d": 1 }];
  for (const body of bodies) {
    const text = await (await run(body)).text();
    assert(text.length < 2_000, `${text.length}`);
    assert(text.isWellFormed());
  }
});

Deno.test("POST /v1/runs refuses a body that is not JSON without quoting it", async () => {
  const { run } = await createAppClient();
  for (const body of ['{"code": secret', "", "[".repeat(200), '{"code":"x"} secret']) {
    const response = await run(body);
    const problem = await readProblem(response);
    assertEquals([problem.status, problem.detail], [
      400,
      "Cannot read request: its body is not JSON",
    ]);
  }
});

Deno.test("a refusal of the runtime keeps its code and says when to retry", async () => {
  const { run } = await createAppClient();
  for (const headers of [{}, events]) {
    const response = await run({ code: "busy" }, { headers });
    assertEquals(response.headers.get("retry-after"), "2");
    const problem = await readProblem(response);
    assertEquals([problem.status, problem.code, problem.retry], [503, "BUSY", true]);
  }
});

Deno.test("runs beyond the limit are refused, and admitted when one has ended", async () => {
  const release = Promise.withResolvers<string>();
  const { run } = await createAppClient({
    config: { gateway: { concurrentRuns: 1 } },
    programs: { wait: () => release.promise },
  });
  const running = await run({ code: "wait" }, { headers: events });
  const problem = await readProblem(await run({ code: "x" }));
  assertEquals([problem.status, problem.code], [503, "BUSY"]);
  release.resolve("done");
  await running.text();
  assertEquals((await run({ code: "x" })).status, 200);
});

Deno.test("a run that fails to start releases its slot", async () => {
  const { run } = await createAppClient({ config: { gateway: { concurrentRuns: 1 } } });
  for (const headers of [{}, events, {}, events]) {
    assertEquals((await readProblem(await run({ code: "busy" }, { headers }))).code, "BUSY");
  }
  assertEquals((await run({ code: "x" })).status, 200);
});

Deno.test("with Accept: text/event-stream the run's events are streamed", async () => {
  const went = Promise.withResolvers<void>();
  const { run } = await createAppClient({
    programs: {
      async talk({ emit }) {
        emit({ type: "log", line: { level: "info", text: "a\n\nevent: result", atMs: 1 } });
        emit({
          type: "call",
          call: {
            seq: 1,
            server: "crm",
            tool: "get",
            outcome: "ok",
            ms: 1,
            argumentBytes: 1,
            resultBytes: 1,
          },
        });
        await went.promise;
        return "done";
      },
    },
  });
  const response = await run({ code: "talk" }, { headers: events });
  assertEquals(response.status, 200);
  assertEquals(response.headers.get("content-type"), "text/event-stream");
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("event: call")) text += (await reader.read()).value;
  assert(!/^event: result/m.test(text), "the run has not ended");
  went.resolve();
  for (let read; !(read = await reader.read()).done;) text += read.value;
  const told = text.trimEnd().split("\n\n").map((event) => event.split("\n"));
  assertEquals(told.map(([name]) => name), [
    "event: started",
    "event: log",
    "event: call",
    "event: result",
  ]);
  const [started, log, call, result] = told.map(([, data]) => JSON.parse(data!.slice(6)));
  assertEquals(started, { runId: "run_1" });
  assertEquals(log, { level: "info", text: "a\n\nevent: result", atMs: 1 });
  assertEquals([call.server, call.tool], ["crm", "get"]);
  assertEquals([result.runId, result.status, result.value], ["run_1", "completed", "done"]);
});

Deno.test("a permission violation is an event of the stream, and a warning of the host either way", async () => {
  const attempt = { permission: "read", value: "/etc/passwd" };
  const { run, warned } = await createAppClient({
    programs: { tries: ({ emit }: FakeRun) => emit({ type: "escape_attempt", attempt }) },
  });
  const text = await (await run({ code: "tries" }, { headers: events })).text();
  assert(text.includes(`event: escape_attempt\ndata: ${JSON.stringify(attempt)}\n\n`), text);
  await (await run({ code: "tries" })).text();
  assertEquals(warned, Array(2).fill(`Refused: ${JSON.stringify(attempt)}`));
});

Deno.test("a run that cannot be finished ends its stream with a problem", async () => {
  const unforeseen = new Error("at /root/secret");
  const { run, reported } = await createAppClient({
    programs: {
      async fails() {
        await Promise.resolve();
        throw unforeseen;
      },
    },
  });
  const text = await (await run({ code: "fails" }, { headers: events })).text();
  const [, last] = text.trimEnd().split("\n\n").map((event) => event.split("\n"));
  assertEquals(last![0], "event: error");
  const problem = JSON.parse(last![1]!.slice(6));
  assertEquals([problem.code, problem.status], ["INTERNAL", 500]);
  assert(!text.includes("/root"), text);
  assertEquals(reported, [unforeseen]);
});

Deno.test("a client that leaves a stream before its end cancels the run", async () => {
  const ended = Promise.withResolvers<string>();
  const { run } = await createAppClient({
    programs: {
      async wait(run: FakeRun) {
        ended.resolve(await untilCancelled(run));
      },
    },
  });
  const response = await run({ code: "wait" }, { headers: events });
  await response.body!.cancel();
  assertEquals(await ended.promise, "cancelled");
});

Deno.test("a client that disconnects before the response cancels the run", async () => {
  const leaving = new AbortController();
  const { run } = await createAppClient({
    programs: {
      wait(run: FakeRun) {
        leaving.abort();
        return untilCancelled(run);
      },
    },
  });
  const response = await run({ code: "wait" }, { signal: leaving.signal });
  assertEquals((await response.json()).status, "cancelled");
});

Deno.test("a run with an idempotency key continues without its client, until it is cancelled", async () => {
  for (const accept of ["application/json", "text/event-stream"]) {
    const leaving = new AbortController();
    const [left, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<boolean>()];
    const { run } = await createAppClient({
      programs: {
        async wait({ signal }: FakeRun) {
          await left.promise;
          ended.resolve(signal.aborted);
        },
      },
    });
    const headers = { accept, "idempotency-key": "abc" };
    const answer = run({ code: "wait" }, { headers, signal: leaving.signal });
    if (accept === "application/json") leaving.abort();
    else await (await answer).body!.cancel();
    left.resolve();
    assertEquals(await ended.promise, false, accept);
    await answer;
  }
});

Deno.test("the response is JSON unless the client prefers events", async () => {
  const { run } = await createAppClient();
  const wanted: readonly [string, string][] = [
    ["*/*", "application/json"],
    ["text/html", "application/json"],
    ["application/json, text/event-stream;q=0.5", "application/json"],
    ["text/event-stream, application/json;q=0.5", "text/event-stream"],
    ["TEXT/EVENT-STREAM", "text/event-stream"],
    ["text/event-stream;q=0", "application/json"],
  ];
  for (const [accept, type] of wanted) {
    const response = await run({ code: "x" }, { headers: { accept } });
    await response.text();
    assertEquals([accept, response.headers.get("content-type")], [accept, type]);
  }
});

Deno.test("GET /v1/runs/{id} returns an active run, and then its result", async () => {
  const { run, send, runtime } = await createAppClient({ programs: { wait: untilCancelled } });
  const running = run({ code: "wait" });
  while (runtime.runningCount === 0) await new Promise((done) => setTimeout(done));
  assertEquals(await (await send("/v1/runs/run_1")).json(), { runId: "run_1", state: "running" });
  await runtime.cancel("run_1");
  const result = await (await running).json();
  assertEquals(await (await send("/v1/runs/run_1")).json(), {
    runId: "run_1",
    state: "finished",
    result,
  });
});

Deno.test("GET /v1/runs/{id} accepts only ids", async () => {
  const { send } = await createAppClient();
  const ids = [
    "run_2",
    "__proto__",
    "constructor",
    "..%2f..%2fetc",
    "%00",
    "%E0%A4%A",
    "a".repeat(100),
  ];
  for (const id of ids) {
    const problem = await readProblem(await send(`/v1/runs/${id}`));
    assertEquals([id, problem.status, problem.code], [id, 404, "NOT_FOUND"]);
  }
  const problem = await readProblem(await send(`/v1/runs/${"a".repeat(101)}`));
  assertEquals([problem.status, problem.errors?.[0]?.in], [400, "path"]);
});

const post = { method: "POST" };

Deno.test("POST /v1/runs/{id}/cancel ends a run, and may be repeated", async () => {
  const { run, send, runtime } = await createAppClient({ programs: { wait: untilCancelled } });
  const running = run({ code: "wait" });
  while (runtime.runningCount === 0) await new Promise((done) => setTimeout(done));
  const cancelled = await send("/v1/runs/run_1/cancel", post);
  assertEquals(cancelled.status, 202);
  assertEquals(await cancelled.json(), { runId: "run_1", state: "running" });
  const result = await (await running).json();
  assertEquals(result.status, "cancelled");
  const again = await send("/v1/runs/run_1/cancel", post);
  assertEquals(again.status, 200);
  assertEquals(await again.json(), { runId: "run_1", state: "finished", result });
});

Deno.test("POST /v1/runs/{id}/cancel refuses an unknown run", async () => {
  const { send } = await createAppClient();
  const problem = await readProblem(await send("/v1/runs/run_9/cancel", post));
  assertEquals([problem.status, problem.code], [404, "NOT_FOUND"]);
});
