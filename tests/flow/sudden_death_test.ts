import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { oddServer, startTestRuntime } from "../fixtures/test_runtime.ts";

/** Waits until `isSo`, for at most ten seconds. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<boolean> {
  for (let tries = 0; tries < 500; tries++) {
    if (await isSo()) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}

function isAlive(pid: number): boolean {
  try {
    // A zombie that nobody has waited for is dead.
    return !/^State:\s+Z/m.test(Deno.readTextFileSync(`/proc/${pid}/status`));
  } catch {
    return false;
  }
}

/** Ids of processes whose command line has the text. */
async function processesWith(text: string): Promise<number[]> {
  const found: number[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name) || Number(name) === Deno.pid) continue;
    const line = await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "");
    if (line.includes(text)) found.push(Number(name));
  }
  return found;
}

Deno.test({
  name: "a server killed in the middle of a run costs that call, and the next call finds a new one",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using runtime = await startTestRuntime({ mcpServers: { odd: oddServer() } });
    const { status, value, calls } = await runtime.run({
      code: `import { die } from "./servers/odd/die.ts";
import { who } from "./servers/odd/who.ts";
const before = (await who({})).pid;
const code = await die({ how: "kill" }).catch((error) => error.code);
const after = (await who({})).pid;
return [code, before !== after];`,
      timeoutMs: 20_000,
    });
    assertEquals([status, value], ["completed", ["SERVER_UNAVAILABLE", true]]);
    assertEquals(calls.map(({ outcome }) => outcome), ["ok", "failed", "ok"]);
  },
});

Deno.test({
  name: "a worker killed in the middle of a run is a failed run that tells its calls",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using runtime = await startTestRuntime({ mcpServers: { odd: oddServer() } });
    const running = runtime.run({
      code: `import { echo } from "./servers/odd/echo.ts";
await echo({ n: 1 });
console.log("ready");
await new Promise(() => {});`,
      onEvent: async (event) => {
        if (event.type !== "log") return;
        const [pid] = await processesWith(`${runtime.root}/servers`);
        Deno.kill(pid!, "SIGKILL");
      },
    });
    const { status, error, calls } = await running;
    assertEquals([status, error?.code], ["failed", "WORKER_LOST"]);
    assertEquals(calls.map(({ outcome }) => outcome), ["ok"]);
  },
});

Deno.test({
  name: "a host killed in the middle of a run leaves no process and no folder behind",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const root = await Deno.makeTempDir();
    const log = join(root, "odd.log");
    const odd = oddServer("--ignore-eof", "--ignore-sigterm", "--grandchild", "--log", log);
    await Deno.writeTextFile(
      join(root, "airlock.json"),
      JSON.stringify({
        mcpServers: { odd },
        approvals: { levels: { high: "allow", critical: "allow" } },
      }),
    );
    await Deno.writeTextFile(
      join(root, "program.ts"),
      `import { echo } from "./servers/odd/echo.ts"; await echo({}); console.log("ready"); while (true);`,
    );
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
    const events = (await Deno.readTextFile(log)).trim().split("\n").map((line) =>
      JSON.parse(line)
    );
    const server = events.find(({ event }) => event === "start").pid;
    const grandchild = events.find(({ event }) => event === "grandchild");
    const workers = await processesWith(`${root}/airlock-`);
    assert(workers.length > 0 && isAlive(server));
    host.kill("SIGKILL");
    await host.status;
    const pids = [...workers, server, ...(grandchild?.grandchild ? [grandchild.grandchild] : [])];
    assert(await until(() => !pids.some(isAlive)), "a process is left");
    assert(
      await until(async () =>
        (await Array.fromAsync(Deno.readDir(root))).every(({ name }) =>
          !name.startsWith("airlock-")
        )
      ),
      "a folder is left",
    );
    await Deno.remove(root, { recursive: true });
  },
});
