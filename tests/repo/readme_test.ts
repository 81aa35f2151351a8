import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { parseConfig } from "../../src/config.ts";
import { createRuntime } from "../../src/runtime.ts";

const project = new URL("../../", import.meta.url).pathname;
const readme = await Deno.readTextFile(join(project, "README.md"));

/** The texts of the fenced blocks of one language. */
function blocks(language: string): string[] {
  const fence = new RegExp("^```" + language + "\\n(.*?)^```$", "gms");
  return [...readme.matchAll(fence)].map(([, text]) => text!);
}

Deno.test("the README's commands are of the Deno that runs the tests, and its tasks exist", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(join(project, "deno.json")));
  for (const [, version] of readme.matchAll(/deno@([\d.]+)/g)) {
    assertEquals(version, Deno.version.deno);
  }
  const named = [...readme.matchAll(/deno(?:@[\d.]+)? task ([\w:]+)/g)].map(([, task]) => task!);
  assert(named.length > 5);
  for (const task of named) assert(task in tasks, task);
});

Deno.test("the examples print what the README says", async () => {
  for (const block of blocks("console")) {
    const [command, ...expected] = block.trimEnd().split("\n");
    const file = /^\$ deno task run (examples\/\w+\.ts)$/.exec(command!)![1]!;
    const { stdout, stderr, code } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "src/run.ts", file],
      cwd: project,
      env: { INIT_CWD: project },
    }).output();
    const [value, logs] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assertEquals(`${logs}${value}`.trimEnd().split("\n"), expected);
    assertEquals(code, 0);
  }
});

Deno.test("the README's configuration is one", async () => {
  const [block] = blocks("json");
  const { servers } = await parseConfig(JSON.parse(block!), { root: project });
  assertEquals(servers.map(({ kind }) => kind), ["stdio", "remote", "npm"]);
});

Deno.test("the README's programs run: the first one, and the one of the library", async () => {
  const [first, , library] = blocks("ts");
  const root = await Deno.makeTempDir();
  const crm = ["run", "--no-prompt", join(project, "examples/servers/crm.ts")];
  const input = { mcpServers: { crm: { command: "deno", args: crm } } };
  {
    await using runtime = await createRuntime(await parseConfig(input, { root }));
    const { status, logs } = await runtime.run({ code: first! });
    assertEquals([status, logs.length], ["completed", 5]);
  }
  await Deno.writeTextFile(join(root, "library.ts"), library!);
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--config", join(project, "deno.json"), join(root, "library.ts")],
    cwd: root,
  }).output();
  assertEquals(new TextDecoder().decode(stdout).trim(), "completed 42");
  await Deno.remove(root, { recursive: true });
});

Deno.test("the README names every limit with its default", async () => {
  const { limits } = await parseConfig({});
  for (const [name, value] of Object.entries(limits)) {
    assert(readme.includes(`\`${name}\``), name);
    const shown = name.endsWith("Bytes")
      ? `${value / 1024 / 1024} MiB`
      : value.toLocaleString("en-US");
    assert(readme.replaceAll(/\s+/g, " ").includes(`\`${name}\` ${shown}`), `${name} ${shown}`);
  }
});
