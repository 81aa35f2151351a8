import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { strFromU8, unzipSync } from "fflate";
import { makePack } from "../../../src/audit/pack/make_pack.ts";
import { AirlockError } from "../../../src/model/errors.ts";
import { findCommand } from "../../../src/process/find_command.ts";
import { makeTestLog, type TestLog, writeRun } from "../open_log.ts";

Deno.test("a pack is verified by its own script, with Deno and with Node", async () => {
  await using test = await makeTestLog();
  const { folder, files, key } = await unpack(test);
  assertEquals(Object.keys(files).sort(), [
    "README.md",
    "chain.json",
    "decisions.json",
    "journal.json",
    "permissions.json",
    "program.ts",
    "verify.mjs",
  ]);
  assertEquals(files["program.ts"], "return 1;");
  const commands = [[Deno.execPath(), "run", "-R", "--no-config"]];
  const node = await findCommand("node", { path: Deno.env.get("PATH") ?? "", cwd: Deno.cwd() });
  if (node === undefined) console.log("not tested with Node: this machine has none");
  else commands.push([node]);
  for (const [command, ...args] of commands) {
    for (const more of [[], ["--key", key]]) {
      const { code, stdout } = await run(command!, [...args, join(folder, "verify.mjs"), ...more]);
      assertEquals(code, 0, command);
      assert(stdout.startsWith("OK: run_2 "), stdout);
    }
    const another = [...args, join(folder, "verify.mjs"), "--key", "another"];
    assertEquals((await run(command!, another)).code, 1);
  }
});

Deno.test("a pack holds nothing of other runs, and its script finds what was changed", async () => {
  await using test = await makeTestLog();
  const { files } = await unpack(test);
  assert(!Object.values(files).join().includes("run_1"));
  const { verifyPack } = await import("../../../src/audit/pack/verify.mjs");
  const verify = (changed: Record<string, string | undefined>) =>
    verifyPack((name: string) => ({ ...files, ...changed })[name], undefined) as string[];
  assertEquals(verify({}), []);
  const chain = files["chain.json"]!;
  const changes: Record<string, string | undefined>[] = [
    { "program.ts": "return 2;" },
    { "journal.json": undefined },
    { "decisions.json": files["decisions.json"]!.replace("{", "{ ") },
    { "permissions.json": "{}" },
    { "chain.json": chain.replace("completed", "failed") },
    { "chain.json": chain.replace('"seq": 6', '"seq": 7') },
    { "chain.json": edit(chain, (proof) => proof.links.splice(1, 1)) },
    { "chain.json": edit(chain, (proof) => proof.links.pop()) },
    { "chain.json": edit(chain, (proof) => proof.links[2].content = "0".repeat(64)) },
    { "chain.json": edit(chain, (proof) => proof.runId = "run_3") },
    { "chain.json": edit(chain, (proof) => proof.keyId = "0".repeat(16)) },
    { "chain.json": "no JSON" },
  ];
  for (const [index, change] of changes.entries()) {
    assert(verify(change).length > 0, `change ${index}`);
  }
});

Deno.test("the script believes a pack's own key only where no other is asked for", async () => {
  await using test = await makeTestLog();
  const { folder, key } = await unpack(test);
  const verify = async (...words: string[]) => {
    const args = ["run", "-R", "--no-config", join(folder, "verify.mjs"), ...words];
    return (await run(Deno.execPath(), args)).code;
  };
  const other = key.replace(/[a-z]/, (letter) => letter.toUpperCase());
  assertEquals([await verify(`--key=${key}`), await verify("--key", other)], [0, 1]);
  for (
    const words of [["--key"], ["--key", ""], ["--key="], ["--keys", key], ["--key", key, "x"], [
      key,
    ]]
  ) {
    assertEquals(await verify(...words), 2, words.join(" "));
  }
});

Deno.test("makePack says so where the audit has no such run", async () => {
  await using test = await makeTestLog();
  using log = await test.open();
  const error = await assertRejects(() => makePack(log, "run_9"), AirlockError);
  assertEquals(error.code, "NOT_FOUND");
});

async function unpack(test: TestLog) {
  using log = await test.open();
  writeRun(log, "run_1");
  log.append("run_started", { runId: "run_2", body: { program: "return 1;" } });
  writeRun(log, "run_1");
  log.append("run_ended", { runId: "run_2", body: { status: "completed" } });
  const unzipped = unzipSync(await makePack(log, "run_2"));
  const folder = join(test.folder, "pack");
  await Deno.mkdir(folder);
  for (const [name, data] of Object.entries(unzipped)) {
    await Deno.writeFile(join(folder, name), data);
  }
  const texts = Object.entries(unzipped).map(([name, data]) => [name, strFromU8(data)]);
  const files: Record<string, string> = Object.fromEntries(texts);
  return { folder, files, key: log.keys.publicKey };
}

// deno-lint-ignore no-explicit-any -- it is broken on purpose
function edit(chain: string, change: (proof: any) => void): string {
  const proof = JSON.parse(chain);
  change(proof);
  return JSON.stringify(proof);
}

async function run(command: string, args: string[]) {
  const { code, stdout } = await new Deno.Command(command, { args, stderr: "null" }).output();
  return { code, stdout: new TextDecoder().decode(stdout) };
}
