import { assert, assertEquals } from "@std/assert";
import { parseConfig } from "../../src/config/config.ts";
import { sampled } from "../fixtures/sampled.ts";
import { oddServer, startTestRuntime } from "../fixtures/test_runtime.ts";

const MiB = 1024 * 1024;

/** What the host can only see where the system tells it. */
const onLinux = Deno.build.os === "linux";

const grow = `const kept = []; for (;;) { kept.push(new Uint8Array(16 << 20).fill(1));
  await new Promise((resolve) => setTimeout(resolve, 1)); }`;

/** Work that the runtime does in threads of its own. */
const hash = `const key = await crypto.subtle.importKey("raw", new Uint8Array(16), "PBKDF2", false,
  ["deriveBits"]);
const how = { name: "PBKDF2", hash: "SHA-512", salt: new Uint8Array(16), iterations: 1e8 };
await Promise.all(Array.from({ length: 64 }, () => crypto.subtle.deriveBits(how, key, 256)));`;

const CASES: readonly (readonly [string, string, Record<string, number>])[] = [
  ["threads", hash, { threads: 32 }],
  [
    "heapBytes",
    "const kept = []; for (;;) kept.push(new Array(1e5).fill(kept.length));",
    { heapBytes: 64 * MiB },
  ],
  ["outputBytes", `for (;;) console.log("x".repeat(1_000));`, { outputBytes: 10_000 }],
  [
    "calls",
    `import { searchTools } from "airlock"; for (;;) await searchTools("x");`,
    { calls: 5 },
  ],
  ["callBytes", `return "x".repeat(2 << 20);`, { callBytes: 1 * MiB }],
  [
    "callBytes",
    `import { searchTools } from "airlock"; await searchTools("x".repeat(2 << 20));`,
    { callBytes: 1 * MiB },
  ],
  ["callDepth", "let a = []; for (let i = 0; i < 300; i++) a = [a]; return a;", { callDepth: 200 }],
  ["callNodes", "return Array(1_001).fill({});", { callNodes: 1_000 }],
  [
    "askBytes",
    `import { searchTools } from "airlock"; await searchTools("x".repeat(2 << 20));`,
    { askBytes: 1 * MiB },
  ],
  ["cpuMs", "for (;;) { for (let i = 0; i < 1e6; i++); await 0; }", { cpuMs: 500 }],
  ["principalCpuMs", "for (;;);", { principalCpuMs: 1_000 }],
  ["memoryBytes", grow, { memoryBytes: 256 * MiB }],
  [
    "memoryBytes",
    `const kept = []; for (;;) kept.push(new SharedArrayBuffer(1 << 20)) && new Uint8Array(kept.at(-1)).fill(1);`,
    { memoryBytes: 256 * MiB },
  ],
  [
    "openFiles",
    `const files = []; for (;;) files.push(Deno.openSync("./workspace/a", { create: true, write: true }));`,
    { openFiles: 64 },
  ],
  [
    "fileBytes",
    `Deno.writeFileSync("./workspace/a", new Uint8Array(2 << 20));`,
    { fileBytes: 1 * MiB },
  ],
  [
    "fileBytes",
    `Deno.createSync("./workspace/a").truncateSync(10 * 2 ** 40);`,
    { fileBytes: 1 * MiB },
  ],
  [
    "workspaceBytes",
    `for (let i = 0; ; i++) Deno.writeFileSync("./workspace/" + i, new Uint8Array(1 << 20));`,
    { workspaceBytes: 8 * MiB },
  ],
  [
    "workspaceBytes",
    `Deno.writeFileSync("./workspace/a", new Uint8Array(2 << 20)); return "at once";`,
    { workspaceBytes: 1 * MiB },
  ],
  [
    "workspaceFiles",
    `for (let i = 0; ; i++) Deno.writeTextFileSync("./workspace/" + i, "");`,
    { workspaceFiles: 100 },
  ],
  [
    "workspaceFiles",
    `for (let p = "./workspace", i = 0; i < 200; i++) Deno.mkdirSync(p += "/d");`,
    { workspaceFiles: 100 },
  ],
];

const tried = sampled(CASES, { keep: 8, name: "limits" });
for (const [limit, code, limits] of tried) {
  Deno.test(`a run ends at its limit of ${limit}: ${code.slice(0, 60)}`, {
    ignore: !onLinux,
  }, async () => {
    await using runtime = await startTestRuntime({ limits });
    const { status, error, value } = await runtime.run({ code, session: "s" });
    const { name, max } = error?.limit ?? {};
    assertEquals([status, name, max, value], ["over_limit", limit, limits[limit], null]);
  });
}

/** Limits that no program can break, each with its own test where it holds. */
const HELD_ELSEWHERE = [
  "timeoutMs", // its own status: run_outcomes_test.ts
  "cpuShare", // a worker is held to it: nobody_takes_the_cpu_of_others_test.ts
  "argumentBytes", // needs a tool to call: a_large_argument_never_holds_the_host_test.ts
  "callNames", // the same
  "callsInFlight", // the guest keeps further ones back: serve_run_test.ts
  "programBytes", // before there is a run: run_outcomes_test.ts
  "resultModelTokens", // a reference in the value's place: run_outcomes_test.ts
];

Deno.test("every limit of the configuration has a program that breaks it", async () => {
  const { limits } = await parseConfig({});
  const broken = new Set([...CASES.map(([name]) => name), ...HELD_ELSEWHERE]);
  assertEquals(Object.keys(limits).filter((name) => !broken.has(name)), []);
});

Deno.test("a run that ended at a limit tells what it used until then", {
  ignore: !onLinux,
}, async () => {
  await using runtime = await startTestRuntime({ limits: { memoryBytes: 256 * MiB } });
  const { usage } = await runtime.run({ code: grow });
  assert(usage.peakMemoryBytes! > 256 * MiB, String(usage.peakMemoryBytes));
  assert(usage.cpuMs! > 0);
});

Deno.test("a program can make a workspace smaller that is over its limit", async () => {
  await using runtime = await startTestRuntime({ limits: { workspaceFiles: 3 } });
  const folder = `${runtime.root}/workspace/s`;
  await Deno.mkdir(folder, { recursive: true });
  for (let i = 0; i < 5; i++) await Deno.writeTextFile(`${folder}/${i}`, "");
  const { status } = await runtime.run({
    code: `await Deno.remove("./workspace/0");`,
    session: "s",
  });
  assertEquals(status, "completed");
  const more = await runtime.run({
    code: `for (const name of "abc") await Deno.writeTextFile("./workspace/" + name, "");`,
    session: "s",
  });
  assertEquals(more.error?.limit?.name, "workspaceFiles");
});

Deno.test("an error that a program throws below its limits stays its own", async () => {
  await using runtime = await startTestRuntime();
  const { error } = await runtime.run({ code: "return new Uint8Array(2 ** 52);" });
  assertEquals(error?.code, "PROGRAM_THREW");
});

Deno.test("every honest run completes beside as many hostile ones", async () => {
  const limits = {
    // On a busy machine the runs take their time: what ends the hostile ones is another limit.
    timeoutMs: 300_000,
    cpuMs: 1_000,
    heapBytes: 64 * MiB,
    memoryBytes: 160 * MiB,
    openFiles: 64,
    workspaceFiles: 200,
    workspaceBytes: 8 * MiB,
    outputBytes: 100_000,
    calls: 20,
  };
  await using runtime = await startTestRuntime({ limits, mcpServers: { odd: oddServer() } });
  const call = `import { echo } from "./servers/odd/echo.ts";\n`;
  const programs = [
    "for (;;);",
    "const kept = []; for (;;) kept.push(new Array(1e5).fill(kept.length));",
    grow,
    `for (;;) console.log("x".repeat(1000));`,
    `for (let i = 0; ; i++) Deno.writeTextFileSync("./workspace/" + i, "");`,
    `for (let i = 0; ; i++) Deno.writeFileSync("./workspace/" + i, new Uint8Array(1 << 20));`,
    `const files = []; for (;;) files.push(Deno.openSync("./workspace/a", { create: true, write: true }));`,
    `${call}for (;;) await echo({ a: 1 });`,
    `const f = () => void Promise.resolve().then(f); f(); await new Promise(() => {});`,
    `/^(a+)+$/.test("a".repeat(38) + "b");`,
  ];
  const honest = `${call}await Deno.writeTextFile("./workspace/mine", "41");
await echo({ a: 1 });
return Number(await Deno.readTextFile("./workspace/mine")) + 1;`;
  const hostile = sampled([...programs, ...programs], { keep: 4, name: "hostile beside honest" });
  const runs = hostile.map((code) => ({
    bad: runtime.run({ code }),
    good: runtime.run({ code: honest }),
  }));
  const good = await Promise.all(runs.map(({ good }) => good));
  const bad = await Promise.all(runs.map(({ bad }) => bad));
  assertEquals(good.map(({ value, error }) => error ?? value), hostile.map(() => 42));
  for (const [i, { status, error }] of bad.entries()) {
    assertEquals(status, "over_limit", `${JSON.stringify(error)} ${hostile[i]}`);
  }
});

Deno.test("what a program says in a megabyte without a blank is shaped while others are answered", async () => {
  await using runtime = await startTestRuntime();
  const texts = ["x", "漢", "👩‍👩‍👧", "a\\u200b", "QUFB"];
  const ways = ["return text;", "console.log(text);", "throw new Error(text);"];
  const pairs = texts.flatMap((text) => ways.map((way) => [text, way] as const));
  const hostile = sampled(pairs, { keep: 3, name: "megabytes" })
    .map(([text, way]) => `const text = "${text}".repeat(250_000).slice(0, 340_000); ${way}`);
  const runs = hostile.map((code) => runtime.run({ code }));
  assertEquals((await runtime.run({ code: "return 42;" })).value, 42);
  for (const { status, value, usage } of await Promise.all(runs)) {
    assert(status === "completed" || status === "failed", status);
    // A value is referred to; of a long log the cost is told all the same.
    assert(value === null || (value as { kind: string }).kind === "file_reference");
    assert(usage.modelTokens > 0);
  }
});

Deno.test("a value that is too large for a model counts against the workspace", async () => {
  const limits = { workspaceBytes: 200_000, fileBytes: 150_000, resultModelTokens: 100 };
  await using runtime = await startTestRuntime({ limits });
  const give = async (bytes: number) => {
    const { status, value, error } = await runtime.run({
      code: `return "a b ".repeat(${bytes / 4});`,
      session: "s",
    });
    return status === "completed" ? (value as { kind: string }).kind : error?.limit?.name ?? error;
  };
  assertEquals(await give(120_000), "file_reference");
  assertEquals(await give(120_000), "workspaceBytes");
  assertEquals(await give(160_000), "fileBytes");
  assertEquals(await give(40_000), "file_reference");
  const files = await Array.fromAsync(Deno.readDir(`${runtime.root}/workspace/s`));
  assertEquals(files.length, 2);
});
