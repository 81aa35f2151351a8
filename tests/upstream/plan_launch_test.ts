import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { parseConfig } from "../../src/config/config.ts";
import { ConnectionError } from "../../src/upstream/channel.ts";
import { type LaunchPlan, planLaunch } from "../../src/upstream/plan_launch.ts";

const root = Deno.cwd();

async function plan(entry: Record<string, unknown>): Promise<LaunchPlan> {
  const { servers: [server] } = await parseConfig({ mcpServers: { s: entry } }, { root });
  return await planLaunch(server as Parameters<typeof planLaunch>[0], root);
}

Deno.test("planLaunch() takes deno for the Deno that runs this", async () => {
  const { commandLine } = await plan({ command: "deno", args: ["run", "x.ts"] });
  assertEquals(commandLine, [Deno.execPath(), "run", "x.ts"]);
});

Deno.test("planLaunch() finds a command in the PATH that the server itself gets", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(join(folder, "own-server"), "", { mode: 0o755 });
  const { commandLine } = await plan({ command: "own-server", env: { PATH: folder } });
  assertEquals(commandLine, [join(folder, "own-server")]);
  await assertRejects(
    () => plan({ command: "own-server" }),
    ConnectionError,
    "its command was not found",
  );
  await Deno.remove(folder, { recursive: true });
});

Deno.test("planLaunch() starts from the folder of the configuration", async () => {
  assertEquals((await plan({ command: "deno" })).cwd, root);
  assertEquals((await plan({ command: "deno", cwd: "examples" })).cwd, join(root, "examples"));
  assertEquals((await plan({ command: "deno", cwd: "/" })).cwd, "/");
  assertEquals((await plan({ npm: "x" })).cwd, root);
});

Deno.test("planLaunch() passes on no variable but known harmless ones and those configured", async () => {
  Deno.env.set("AIRLOCK_TEST_SECRET", "secret");
  for (const entry of [{ command: "deno", env: { OWN: "1" } }, { npm: "x", env: { OWN: "1" } }]) {
    const { env } = await plan(entry);
    assertEquals([env.PATH, env.OWN], [Deno.env.get("PATH"), "1"]);
    assertEquals("AIRLOCK_TEST_SECRET" in env, false);
  }
  Deno.env.delete("AIRLOCK_TEST_SECRET");
});

Deno.test("planLaunch() allows a server from npm what is configured and nothing else", async () => {
  const flags = async (permissions: unknown, env = {}) => {
    const { commandLine } = await plan({
      npm: "@scope/pkg@1.0.0",
      permissions,
      env,
      args: ["a", "-A"],
    });
    assertEquals(commandLine.slice(-3), ["npm:@scope/pkg@1.0.0", "a", "-A"]);
    return commandLine.filter((argument) => /^--?allow|^-A$/.test(argument)).slice(0, -1);
  };
  assertEquals(await flags({}), []);
  assertEquals(await flags({ read: [], write: [], net: [], env: [], sys: [], run: [] }), []);
  assertEquals(
    await flags({
      read: ["./workspace", "/etc/hosts", "a,b"],
      net: ["example.com:443"],
      sys: ["hostname"],
      run: ["git", "./tool"],
    }),
    [
      `--allow-read=${root}/workspace,/etc/hosts,${root}/a,,b`,
      "--allow-net=example.com:443",
      "--allow-sys=hostname",
      `--allow-run=git,${root}/tool`,
    ],
  );
  assertEquals(await flags({ env: ["HOME"] }, { KEY: "v" }), ["--allow-env=HOME,KEY"]);
});

Deno.test("planLaunch() takes a variable that is a relative path from the folder of the configuration", async () => {
  const { env } = await plan({
    npm: "x",
    env: { FILE: "./workspace/f", UP: "../f", WORD: ".hidden", URL: "a/b" },
  });
  assertEquals(
    [env.FILE, env.UP, env.WORD, env.URL],
    [join(root, "workspace/f"), join(root, "../f"), ".hidden", "a/b"],
  );
});
