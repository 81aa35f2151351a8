import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";

const project = new URL("../../", import.meta.url).pathname;

async function workspace(config: string, ...args: string[]): Promise<[number, string]> {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", join(project, "src/commands/workspace.ts"), ...args, "--config", config],
    stderr: "null",
  }).output();
  return [code, new TextDecoder().decode(stdout)];
}

Deno.test("the command workspace lists, shows and cleans, and follows no link", async () => {
  const root = await Deno.makeTempDir();
  const config = join(root, "airlock.json");
  await Deno.writeTextFile(config, '{"sessions": {"runFilesMs": 1000}}');
  await Deno.mkdir(join(root, "workspace/s/deep"), { recursive: true });
  await Deno.mkdir(join(root, "workspace/run_0a"));
  await Deno.writeTextFile(join(root, "workspace/s/deep/a.txt"), "hello\x1b[2J [EMAIL_1_abc]");
  await Deno.writeTextFile(join(root, "secret"), "secret");
  await Deno.symlink(join(root, "secret"), join(root, "workspace/s/link"));
  await Deno.symlink(root, join(root, "workspace/linked"));
  const long = new Date(Date.now() - 60_000);
  await Deno.utime(join(root, "workspace/run_0a"), long, long);

  const [, folders] = await workspace(config, "list");
  assertEquals(folders.trimEnd().split("\n").map((line) => line.trim().replace(/ +/g, " ")), [
    "0 bytes 0 files run_0a",
    "23 bytes 1 files s",
  ]);
  assert((await workspace(config, "list", "s"))[1].endsWith("s/deep/a.txt\n"));
  const [, shown] = await workspace(config, "show", "s/deep/a.txt");
  assert(shown.includes("hello\ufffd[2J [EMAIL_1_abc]") && shown.startsWith("23 bytes"), shown);
  for (const bad of [["show", "s/link"], ["list", "linked"], ["list", ".."], ["gone"], []]) {
    assertEquals((await workspace(config, ...bad))[0], 2, bad.join(" "));
  }
  assertEquals(await workspace(config, "clean"), [0, "removed: run_0a\n"]);
  await Deno.remove(root, { recursive: true });
});
