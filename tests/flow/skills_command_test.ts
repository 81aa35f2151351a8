import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";

const project = new URL("../../", import.meta.url).pathname;

Deno.test("the command skills saves, compares, approves and finds", async () => {
  const root = await Deno.makeTempDir();
  const skills = async (...args: string[]) => {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", join(project, "src/commands/skills.ts"), ...args],
      cwd: root,
      env: { INIT_CWD: root },
    }).output();
    return [code, new TextDecoder().decode(stdout).trim(), new TextDecoder().decode(stderr)];
  };
  await Deno.writeTextFile(join(root, "airlock.json"), "{}");
  const about = ["--name", "double", "--description", "Doubles a number"];
  for (const factor of [2, 3]) {
    const text = `export const double = (n: number) => n * ${factor};\n`;
    await Deno.writeTextFile(join(root, "double.ts"), text);
    assertEquals((await skills("save", "double.ts", ...about))[0], 0);
  }
  const [, diff] = await skills("diff", "double", "1", "2");
  assert(String(diff).includes("\n-export const double = (n: number) => n * 2;\n+"), String(diff));
  const [, back] = await skills("rollback", "double", "1");
  assert(String(back).startsWith("double@3  draft (owner, principal)"), String(back));
  const [, approved] = await skills("approve", "double@3", "--scope", "ann,bob");
  assert(String(approved).startsWith("double@3  approved (owner, ann,bob)"), String(approved));
  assert(String((await skills("search", "twice a number"))[1]).includes("double@3"));
  await Deno.writeTextFile(join(root, "bad.ts"), "export const bad: number = 'a';\n");
  const [code, , said] = await skills("save", "bad.ts", "--name", "bad", "--description", "Bad");
  assertEquals(code, 2);
  assert(String(said).includes("type error"), String(said));
  for (
    const bad of [["gone"], ["show"], ["show", "none"], ["diff", "double", "a", "b"], [
      "approve",
      "double@3",
      "--scope",
      ",",
    ]]
  ) {
    assertEquals((await skills(...bad))[0], 2, bad.join(" "));
  }
  await Deno.remove(root, { recursive: true });
});
