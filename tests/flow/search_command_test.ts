import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";

const project = new URL("../../", import.meta.url).pathname;

async function search(root: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", join(project, "src/commands/search.ts"), ...args],
    cwd: root,
    env: { INIT_CWD: root },
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out: out!, err: err! };
}

Deno.test("deno task search finds tools, says when none fits, and what it cannot read", async () => {
  const root = await Deno.makeTempDir();
  const crm = ["run", "--no-prompt", join(project, "examples/servers/crm.ts")];
  const mcpServers = {
    crm: { command: "deno", args: crm },
    down: { command: join(root, "not_there") },
  };
  await Deno.writeTextFile(join(root, "airlock.json"), JSON.stringify({ mcpServers }));

  const found = await search(root, "send a message to a customer", "--limit", "1");
  assertEquals([found.code, found.err.trim()], [0, "Out of reach: down"]);
  assertStringIncludes(found.out, "# crm ./servers/crm/\nsend_email.ts: ");

  const json = await search(root, "send a message to a customer", "--json", "--detail", "full");
  assertStringIncludes(JSON.parse(json.out).servers[0].tools[0].wrapper, "export function");

  assertEquals((await search(root, "knead sourdough bread", "--server", "crm")).code, 1);
  for (const wrong of [["x", "--limit", "0"], ["x", "--detail", "all"], ["x", "y"]]) {
    assertEquals((await search(root, ...wrong)).code, 2);
  }
  await Deno.remove(root, { recursive: true });
});
