import { assertEquals } from "@std/assert";
import { exists } from "@std/fs";
import { join } from "@std/path";

const project = new URL("../../", import.meta.url).pathname;

async function sessions(config: string, ...args: string[]): Promise<[number, string]> {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", join(project, "src/commands/sessions.ts"), ...args, "--config", config],
    stderr: "null",
  }).output();
  return [code, new TextDecoder().decode(stdout)];
}

Deno.test("the command sessions lists what there is and closes it, files and all", async () => {
  const root = await Deno.makeTempDir();
  const config = join(root, "airlock.json");
  await Deno.writeTextFile(config, "{}");
  await Deno.mkdir(join(root, "workspace/ann~s"), { recursive: true });
  const [, json] = await sessions(config, "list", "--json");
  assertEquals(JSON.parse(json).map(({ name, owner }: Record<string, unknown>) => [name, owner]), [
    ["s", "ann"],
  ]);
  assertEquals((await sessions(config, "close", "s"))[0], 2);
  assertEquals(await sessions(config, "close", "s", "--owner", "ann"), [0, ""]);
  assertEquals(await exists(join(root, "workspace/ann~s")), false);
  assertEquals(await sessions(config, "list"), [0, ""]);
  assertEquals((await sessions(config, "close"))[0], 2);
  await Deno.remove(root, { recursive: true });
});
