import { assert, assertEquals } from "@std/assert";
import { startTestRuntime } from "../fixtures/test_runtime.ts";

const linux = { ignore: Deno.build.os !== "linux" };

/** Ids of the workers of a runtime, found by the folder in their command lines. */
async function workersOf(root: string): Promise<number[]> {
  const found: number[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    const line = /^\d+$/.test(name)
      ? await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "")
      : "";
    if (line.includes(`${root}/servers`) && line.includes("stub.js")) found.push(Number(name));
  }
  return found;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("It did not come to be");
}

Deno.test(
  "openSandboxes() keeps idleWorkers waiting, and none when it is closed",
  linux,
  async () => {
    let root = "";
    {
      await using runtime = await startTestRuntime({ pool: { idleWorkers: 2 } });
      root = runtime.root;
      await until(async () => (await workersOf(root)).length === 2);
      const { value } = await runtime.run({ code: "return 1;" });
      assertEquals(value, 1);
      await until(async () => (await workersOf(root)).length === 2);
    }
    assertEquals(await workersOf(root), []);
  },
);

Deno.test("no two runs see the same worker", async () => {
  await using runtime = await startTestRuntime({ pool: { idleWorkers: 2 } });
  const code = `const before = globalThis.mark; globalThis.mark = "seen";
await Deno.writeTextFile("./workspace/mark.txt", "seen");
return [before, (await Array.fromAsync(Deno.readDir("./workspace"))).length];`;
  const results = await Promise.all(Array.from({ length: 8 }, () => runtime.run({ code })));
  for (const { value } of results) assertEquals(value, [null, 1]);
});

Deno.test("a worker that died while it waited is not given to a run", linux, async () => {
  await using runtime = await startTestRuntime({ pool: { idleWorkers: 2 } });
  await until(async () => (await workersOf(runtime.root)).length === 2);
  for (const pid of await workersOf(runtime.root)) Deno.kill(pid, "SIGKILL");
  await until(async () => (await workersOf(runtime.root)).length === 0);
  const { status } = await runtime.run({ code: "return 1;" });
  assertEquals(status, "completed");
});

Deno.test(
  "a session's next run finds its worker waiting, with the session's files",
  linux,
  async () => {
    await using runtime = await startTestRuntime({ pool: { idleSessions: 1 } });
    const read = `return await Deno.readTextFile("./workspace/a.txt");`;
    await runtime.run({
      code: `await Deno.writeTextFile("./workspace/a.txt", "mine");`,
      session: "s1",
    });
    await until(async () => (await workersOf(runtime.root)).length === 1);
    const [waiting] = await workersOf(runtime.root);
    const line = await Deno.readTextFile(`/proc/${waiting}/cmdline`);
    assert(line.includes(`${runtime.root}/workspace/s1`));
    assertEquals((await runtime.run({ code: read, session: "s1" })).value, "mine");
    const other = await runtime.run({ code: read, session: "s2" });
    assertEquals(other.status, "failed");
    await until(async () => (await workersOf(runtime.root)).length === 1);
  },
);

Deno.test("files of a run without a session are kept under its id", async () => {
  await using runtime = await startTestRuntime({ pool: { idleWorkers: 1 } });
  const { runId, files } = await runtime.run({
    code:
      `await Deno.mkdir("./workspace/a"); await Deno.writeTextFile("./workspace/a/b.txt", "x");`,
  });
  assertEquals(files, [{ path: "./workspace/a/b.txt", bytes: 1 }]);
  assertEquals(await Deno.readTextFile(`${runtime.root}/workspace/${runId}/a/b.txt`), "x");
});

Deno.test("a refused program leaves its worker to the next run", linux, async () => {
  await using runtime = await startTestRuntime({ pool: { idleWorkers: 1 } });
  await until(async () => (await workersOf(runtime.root)).length === 1);
  const waiting = await workersOf(runtime.root);
  const { status } = await runtime.run({ code: 'import "./servers/none/tool.ts";' });
  assertEquals(status, "denied");
  assertEquals(await workersOf(runtime.root), waiting);
});

Deno.test(
  "a refused program for which a worker was started leaves none behind",
  linux,
  async () => {
    let root = "";
    {
      await using runtime = await startTestRuntime();
      root = runtime.root;
      const { status } = await runtime.run({ code: "import 'node:fs';" });
      assertEquals(status, "denied");
    }
    assertEquals(await workersOf(root), []);
  },
);

Deno.test("a host that runs out of descriptors answers BUSY, loses nothing and recovers", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  const dir = await Deno.makeTempDir();
  const host = new URL("../fixtures/runs_out_of_descriptors.ts", import.meta.url).pathname;
  const { stdout, stderr } = await new Deno.Command("/bin/sh", {
    args: ["-c", `ulimit -n 110; exec "$0" run -A --frozen "$1"`, Deno.execPath(), host],
    env: { TMPDIR: dir },
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert(text !== "", new TextDecoder().decode(stderr));
  const { warm, said, after } = JSON.parse(text);
  assertEquals([warm, after], ["completed", 2]);
  const kinds = new Set<string>(said);
  assert(kinds.has("BUSY"), [...kinds].join(" "));
  assertEquals([...kinds].filter((kind) => !["BUSY", "completed"].includes(kind)), []);
  const left = await Array.fromAsync(Deno.readDir(dir));
  assertEquals(left.filter(({ name }) => name.startsWith("airlock-")), []);
  await Deno.remove(dir, { recursive: true });
});
