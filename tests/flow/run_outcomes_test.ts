import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { runResult } from "../../src/model/run_result.ts";
import { sampled } from "../fixtures/sampled.ts";
import { oddServer, startTestRuntime } from "../fixtures/test_runtime.ts";

Deno.test("a program gives its value in each of the ways there are", async () => {
  await using runtime = await startTestRuntime();
  const programs: [string, unknown][] = [
    ["return 1 + 1;", 2],
    ["const a: number = await Promise.resolve(3);\nreturn { a };", { a: 3 }],
    ["export default [1, 'ü😀', null];", [1, "ü😀", null]],
    ["export default async () => new Map([['a', new Set([1n])]]);", { a: [1] }],
    ["export default function main(): string { return 'x'; }", "x"],
    ["enum Colour { Red = 7 }\nnamespace N { export const x = Colour.Red; }\nreturn N.x;", 7],
    ["console.log('only this');", null],
    ["return undefined;", null],
    ["return new Date(0);", "1970-01-01T00:00:00.000Z"],
    ["Deno.exit(0);", null],
  ];
  for (const [code, expected] of sampled(programs, { keep: 4, name: "ways to a value" })) {
    const result = await runtime.run({ code });
    assertEquals([result.status, result.value, result.error], ["completed", expected, null], code);
    runResult.parse(result);
  }
});

Deno.test("an error names the program's own line and column, and no path of the host", async () => {
  await using runtime = await startTestRuntime();
  const programs: [string, string, number, number][] = [
    [`let a = 1;\n\n  throw new TypeError("bad");`, "TypeError: bad", 3, 9],
    [`function f(x: string) {\n  return x.y.z;\n}\nreturn f("a");`, "reading 'z'", 2, 14],
    [`enum A { B }\n\nnull.x;`, "reading 'x'", 3, 6],
    [`import { join } from "node:path";\nreturn join(1);`, "must be of type string", 2, 8],
    [`await Promise.reject(new Error("later"));`, "later", 1, 22],
    [`Promise.reject(new Error("floating"));\nawait new Promise(() => {});`, "floating", 1, 16],
    [
      `setTimeout(() => { throw new Error("timer"); });\nawait new Promise(() => {});`,
      "timer",
      1,
      26,
    ],
  ];
  for (const [code, message, line, column] of sampled(programs, { keep: 3, name: "places" })) {
    const { status, error } = await runtime.run({ code });
    assertEquals(status, "failed", code);
    assertEquals(error?.code, "PROGRAM_THREW");
    assertStringIncludes(error!.message, message);
    assertEquals([error!.line, error!.column], [line, column], code);
    assert(!JSON.stringify(error).includes("/tmp"), JSON.stringify(error));
  }
});

Deno.test("what is thrown need not be an error", async () => {
  await using runtime = await startTestRuntime();
  const programs: [string, string][] = [
    [`throw "text";`, "text"],
    [`throw { a: 1 };`, `{"a":1}`],
    [`throw undefined;`, "undefined"],
    [`throw { get name() { throw 1; }, toJSON() { throw 2; } };`, "cannot be described"],
    [`Deno.exit(3);`, "code 3"],
  ];
  for (const [code, message] of sampled(programs, { keep: 2, name: "thrown" })) {
    const { status, error } = await runtime.run({ code });
    assertEquals(status, "failed");
    assertStringIncludes(error!.message, message);
  }
});

Deno.test("a value that has no JSON form is an error with a code", async () => {
  await using runtime = await startTestRuntime();
  const { error } = await runtime.run({ code: "const a = {}; a.a = a; return a;" });
  assertEquals(error?.code, "RESULT_NOT_JSON");
});

Deno.test("a value that is too large for a model is kept as a file and comes by reference", async () => {
  await using runtime = await startTestRuntime({ limits: { resultModelTokens: 100 } });
  const { value, files } = await runtime.run({
    code: `return Array.from({ length: 1000 }, (_, i) => ({ i }));`,
    session: "s1",
  });
  const reference = value as { path: string; type: string; bytes: number };
  assertMatch(reference.path, /^\.\/workspace\/run_\w+\.json$/);
  assertEquals(reference.type, "array of 1000");
  assertEquals(files, [{ path: reference.path, bytes: reference.bytes }]);
  const next = await runtime.run({
    code: `return JSON.parse(await Deno.readTextFile("${reference.path}")).length;`,
    session: "s1",
  });
  assertEquals(next.value, 1000);
});

Deno.test("logs keep levels and order, are formatted as ever, and go out as they come", async () => {
  await using runtime = await startTestRuntime();
  const seen: string[] = [];
  const { logs } = await runtime.run({
    code: `console.log("%s is %d", "x", 3, { a: [1] });
console.debug("d"); console.info("i"); console.warn("w"); console.error("e");
console.group("g"); console.log("in"); console.groupEnd(); console.table([{ a: 1 }]);`,
    onEvent: (event) => {
      if (event.type === "log") seen.push(event.line.text);
    },
  });
  assertEquals(logs.slice(0, 7).map(({ level, text }) => [level, text]), [
    ["info", "x is 3 { a: [ 1 ] }"],
    ["debug", "d"],
    ["info", "i"],
    ["warn", "w"],
    ["error", "e"],
    ["info", "g"],
    ["info", "  in"],
  ]);
  assertStringIncludes(logs[7]!.text, "(idx)");
  assertEquals(seen, logs.map(({ text }) => text));
});

Deno.test("each limit ends the run while it runs, with its name and figure", async () => {
  await using runtime = await startTestRuntime({
    limits: { timeoutMs: 3_000, heapBytes: 64 * 1024 * 1024, outputBytes: 10_000, calls: 5 },
    mcpServers: { odd: oddServer() },
  });
  const cases = [
    [`while (true);`, "timed_out", "timeoutMs", 300],
    [`await new Promise(() => {});`, "timed_out", "timeoutMs", 300],
    [
      `const a = []; while (true) a.push(new Array(1e5).fill(a.length));`,
      "over_limit",
      "heapBytes",
    ],
    [`while (true) console.log("x".repeat(1000));`, "over_limit", "outputBytes"],
    [
      `import { echo } from "./servers/odd/echo.ts"; for (;;) await echo({ a: 1 });`,
      "over_limit",
      "calls",
    ],
  ] as const;
  for (const [code, status, limit, timeoutMs] of cases) {
    const result = await runtime.run({ code, ...(timeoutMs ? { timeoutMs } : {}) });
    assertEquals([result.status, result.error?.limit?.name], [status, limit], code);
    assertEquals(result.calls.length, limit === "calls" ? 5 : 0);
  }
});

Deno.test("a run can be cancelled by its signal and by its id", async () => {
  await using runtime = await startTestRuntime();
  const code = "await new Promise(() => {});";
  const cancelling = new AbortController();
  const bySignal = runtime.run({
    code,
    signal: cancelling.signal,
    onEvent: () => cancelling.abort(),
  });
  assertEquals((await bySignal).status, "cancelled");
  const byId = runtime.run({
    code,
    onEvent: (event) => {
      if (event.type === "started") {
        queueMicrotask(async () => assert(await runtime.cancel(event.runId)));
      }
    },
  });
  const { status, runId } = await byId;
  assertEquals(status, "cancelled");
  const known = await runtime.find(runId);
  assertEquals(known?.state === "finished" && known.result.status, "cancelled");
  assertEquals(await runtime.cancel(runId), false);
});

Deno.test("a session keeps its files between runs, and a run without one leaves no folder", async () => {
  await using runtime = await startTestRuntime();
  const first = await runtime.run({
    code: `await Deno.mkdir("./workspace/a"); await Deno.writeTextFile("./workspace/a/n.txt", "41");
const file = await Deno.open("./workspace/a/n.txt"); file.close();`,
    session: "mine",
  });
  assertEquals(first.files, [{ path: "./workspace/a/n.txt", bytes: 2 }]);
  const second = await runtime.run({
    code: `return Number(await Deno.readTextFile("./workspace/a/n.txt")) + 1;`,
    session: "mine",
  });
  assertEquals([second.value, second.files], [42, []]);
  const other = await runtime.run({
    code: `return await Deno.readTextFile("./workspace/a/n.txt");`,
  });
  assertEquals(other.status, "failed");
  const left = await Array.fromAsync(Deno.readDir(join(runtime.root, "workspace")));
  assertEquals(left.map(({ name }) => name), ["mine"]);
});

Deno.test("a request that makes no sense is an error with a code", async () => {
  await using runtime = await startTestRuntime({ limits: { programBytes: 100 } });
  const requests = [
    [{ code: "" }, "REQUEST_INVALID"],
    [{ code: "return 1;", timeoutMs: 0 }, "REQUEST_INVALID"],
    [{ code: "return 1;", timeoutMs: 300_001 }, "REQUEST_INVALID"],
    [{ code: "return 1;", session: "../other" }, "REQUEST_INVALID"],
    [{ code: "return 1;", session: "run_1" }, "REQUEST_INVALID"],
    [{ code: `return "${"x".repeat(100)}";` }, "TOO_LARGE"],
  ] as const;
  for (const [request, code] of requests) {
    const error = await runtime.run(request).then(() => undefined, (error) => error);
    assertEquals(error?.code, code);
  }
});

Deno.test("a program nested deeper than a tree can be walked is refused, not an error of the host", async () => {
  await using runtime = await startTestRuntime({ policy: { check: "error" } });
  for (const code of [`return ${'"a"+'.repeat(3_000)}"a";`, `return a${".b".repeat(5_000)};`]) {
    const { status, error } = await runtime.run({ code });
    assertEquals([status, error?.code], ["failed", "PROGRAM_SYNTAX"]);
  }
});
