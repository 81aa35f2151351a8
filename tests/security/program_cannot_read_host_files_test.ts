import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { startTestRuntime } from "../fixtures/test_runtime.ts";

Deno.test("a program reads and writes its workspace, and nothing else of the host", async () => {
  await using runtime = await startTestRuntime();
  const secret = join(runtime.root, "secret.txt");
  await Deno.writeTextFile(secret, "CANARY");
  const other = await runtime.run({
    code: `await Deno.writeTextFile("./workspace/theirs.txt", "CANARY");`,
    session: "other",
  });
  assertEquals(other.status, "completed");
  const paths = [
    secret,
    "/etc/passwd",
    "/proc/self/environ",
    "./workspace/../../secret.txt",
    "../secret.txt",
    "./workspace/../../other/theirs.txt",
    join(runtime.root, "workspace/other/theirs.txt"),
    "./rpc",
    ".",
    "..",
  ];
  const { status, value } = await runtime.run({
    code: `const paths = ${JSON.stringify(paths)};
const attempts = {
  readTextFile: (path) => Deno.readTextFile(path),
  open: (path) => Deno.open(path),
  stat: (path) => Deno.stat(path),
  lstat: (path) => Deno.lstat(path),
  readDir: (path) => Array.fromAsync(Deno.readDir(path)),
  writeTextFile: (path) => Deno.writeTextFile(path, "x"),
  remove: (path) => Deno.remove(path),
  rename: (path) => Deno.rename(path, "./workspace/mine.txt"),
  copyFile: (path) => Deno.copyFile(path, "./workspace/mine.txt"),
  truncate: (path) => Deno.truncate(path),
  mkdir: (path) => Deno.mkdir(path + "/new"),
};
const through = [];
for (const path of paths) {
  for (const [name, attempt] of Object.entries(attempts)) {
    try { await attempt(path); through.push([name, path]); } catch (error) {
      if (!(error instanceof Deno.errors.NotCapable)) through.push([name, path, error.name]);
    }
  }
}
return through;`,
    session: "mine",
  });
  assertEquals([status, value], ["completed", []]);
  assertEquals(await Deno.readTextFile(secret), "CANARY");
});

Deno.test("a program reads the wrappers' text, and cannot change it", async () => {
  await using runtime = await startTestRuntime({ servers: ["crm"] });
  await runtime.tools("crm");
  const { value } = await runtime.run({
    code: `const path = "./servers/crm/get_lead.ts";
const text = await Deno.readTextFile(path);
const refused = await Deno.writeTextFile(path, "").catch((error) => error.name);
return [text.includes("export function get_lead"), refused];`,
  });
  assertEquals(value, [true, "NotCapable"]);
});
