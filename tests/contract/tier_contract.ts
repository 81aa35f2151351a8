import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { Isolation } from "../../src/config/limits.ts";
import { oddServer, startTestRuntime } from "../fixtures/test_runtime.ts";
import { descendants } from "../process/descendants.ts";
import { isRunning } from "../process/processes.ts";
import { look } from "./look_around.ts";

/** A test of what every tier must do, on one of them. */
export interface TierTest {
  readonly tier: string;
  readonly title: string;
  readonly fn: () => Promise<void>;
}

/** What a tier must do. */
export function tierTests(isolation: Isolation, tier: string): TierTest[] {
  const tests: TierTest[] = [];
  const test = (title: string, fn: () => Promise<void>) => void tests.push({ tier, title, fn });

  test("runs a program, which calls a tool and gives a value", async () => {
    await using runtime = await startTestRuntime({ isolation, mcpServers: { odd: oddServer() } });
    const { status, value, calls, error } = await runtime.run({
      code: `import { echo } from "./servers/odd/echo.ts";
const answer = await echo({ n: 1 });
const text = await Deno.readTextFile("./servers/odd/echo.ts");
return [typeof answer, text.includes("echo")];`,
    });
    assertEquals([status, value, error], ["completed", ["object", true], null]);
    assertEquals(calls.map(({ outcome }) => outcome), ["ok"]);
  });

  test("keeps the files of a session, which belong to whoever runs the host", async () => {
    await using runtime = await startTestRuntime({ isolation });
    const session = "s1";
    const first = await runtime.run({
      session,
      code: `await Deno.mkdir("./workspace/sub");
await Deno.writeTextFile("./workspace/sub/a.txt", "kept");`,
    });
    assertEquals([first.status, first.error], ["completed", null]);
    const second = await runtime.run({
      session,
      code: `const text = await Deno.readTextFile("./workspace/sub/a.txt");
await Deno.remove("./workspace/sub", { recursive: true });
await Deno.writeTextFile("./workspace/b.txt", text);
return text;`,
    });
    assertEquals([second.status, second.value], ["completed", "kept"]);
    const { uid } = await Deno.stat(join(runtime.config.folders.workspace, session, "b.txt"));
    assertEquals(uid, Deno.uid());
  });

  test("ends at its limit and leaves no process", async () => {
    await using runtime = await startTestRuntime({ isolation, limits: { outputBytes: 10_000 } });
    await runtime.run({ code: "return 1;" });
    const go = join(runtime.config.folders.workspace, "s1", "go");
    const before = new Set(await descendants(Deno.pid));
    let started: number[] = [];
    let seen = Promise.resolve();
    const { status } = await runtime.run({
      session: "s1",
      code: `console.log("ready");
while (await Deno.stat("./workspace/go").then(() => false, () => true)) {
  await new Promise((resolve) => setTimeout(resolve, 10));
}
for (;;) console.log("x".repeat(1_000));`,
      onEvent(event) {
        if (event.type !== "log" || event.line.text !== "ready") return;
        seen = descendants(Deno.pid).then(async (pids) => {
          started = pids.filter((pid) => !before.has(pid));
          await Deno.writeTextFile(go, "");
        });
      },
    });
    await seen;
    assertEquals(status, "over_limit");
    assert(started.length > 0);
    assertEquals(await leftOf(started), []);
  });

  test("tells what a program tries beyond its rights, as it happens and in the result", async () => {
    await using runtime = await startTestRuntime({ isolation });
    const told: unknown[] = [];
    const { value, escapeAttempts } = await runtime.run({
      code: `for (const path of ["/etc/passwd", "./workspace/../../x", "/etc/passwd"]) {
  try { Deno.readTextFileSync(path); } catch {}
}
console.log("tried");
return "done";`,
      onEvent: (event) => event.type === "escape_attempt" && told.push(event.attempt),
    });
    assertEquals([value, escapeAttempts.length], ["done", 2]);
    assertEquals(escapeAttempts[0], { permission: "read", value: "/etc/passwd" });
    assertEquals(told, escapeAttempts);
    assertEquals((await runtime.run({ code: "return 1;" })).escapeAttempts, []);
  });

  test("ends a run at its first attempt where the policy says so", async () => {
    const policy = { onEscapeAttempt: "end" } as const;
    await using runtime = await startTestRuntime({ isolation, policy });
    const { status, error, escapeAttempts } = await runtime.run({
      code: `try { Deno.statSync("/etc"); } catch {} for (;;);`,
    });
    assertEquals([status, error?.code, escapeAttempts.length], ["denied", "FORBIDDEN", 1]);
    assertEquals((await runtime.run({ code: "return 1;" })).value, 1);
  });

  test("leaves nothing when its host is killed", async () => {
    const root = await Deno.makeTempDir();
    await Deno.writeTextFile(join(root, "airlock.json"), JSON.stringify({ isolation }));
    await Deno.writeTextFile(join(root, "program.ts"), `console.log("ready"); for (;;);`);
    const host = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        new URL("../../src/commands/run.ts", import.meta.url).pathname,
        "program.ts",
      ],
      cwd: root,
      env: { TMPDIR: root, INIT_CWD: root },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    for await (const chunk of host.stderr) {
      if (new TextDecoder().decode(chunk).includes("ready")) break;
    }
    const started = await descendants(host.pid);
    assert(started.length > 0);
    host.kill("SIGKILL");
    await host.status;
    assertEquals(await leftOf(started), []);
    assertEquals(await leftIn(root), []);
    await Deno.remove(root, { recursive: true });
  });

  if (isolation.tier === "process") return tests;

  test("shows even a program with every right of Deno nothing of the machine", async () => {
    const seen = await look(isolation);
    const known = ["deno", "dev", "etc", "lib", "lib64", "proc", "run", "sys", "tmp", "usr"];
    assertEquals(seen.root.filter((entry) => !known.includes(entry)), []);
    assertEquals(seen.secret, "NotFound");
    assert(!seen.passwd.includes("root:"), seen.passwd);
    assertEquals(seen.writesOutside, []);
    assertEquals(seen.workspace, "written");
  });

  test("lets even a program with every right of Deno reach no network and no process", async () => {
    const seen = await look(isolation);
    assert(seen.loopback !== "connected", seen.loopback);
    assert(seen.kill !== "killed", seen.kill);
    const known = ["DENO_AUDIT_PERMISSIONS", "DENO_DIR", "HOME", "HOSTNAME", "PWD", "container"]
      .concat(["TMPDIR", "SQLITE_TMPDIR"]);
    assertEquals(seen.environment.filter((variable) => !known.includes(variable)), []);
  });
  return tests;
}

/** Which of them run still, after ten seconds at most. */
async function leftOf(pids: readonly number[]): Promise<number[]> {
  let left = [...pids];
  for (let tries = 0; tries < 500 && left.length > 0; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const running = await Promise.all(left.map(isRunning));
    left = left.filter((_pid, index) => running[index]);
  }
  return left;
}

/** Which folders of runtimes stand in `root` still, after ten seconds at most. */
async function leftIn(root: string): Promise<string[]> {
  let left: string[] = [];
  for (let tries = 0; tries < 500; tries++) {
    const entries = await Array.fromAsync(Deno.readDir(root));
    left = entries.map(({ name }) => name).filter((name) => name.startsWith("airlock-"));
    if (left.length === 0) return [];
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return left;
}
