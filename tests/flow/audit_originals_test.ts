import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { strFromU8, unzipSync } from "fflate";
import type { AuditEntry } from "../../src/audit/audit_entry.ts";
import { openAuditLog } from "../../src/audit/audit_log.ts";
import { makePack } from "../../src/audit/pack/make_pack.ts";
import { verifyLog } from "../../src/audit/verify_log.ts";
import { base64Forms } from "../security/base64_forms.ts";
import { oddServer, startTestRuntime } from "../fixtures/test_runtime.ts";

const project = new URL("../../", import.meta.url).pathname;

/** What nobody may find on the disk. */
const EMAIL = "ann.lee@example.com";

const CODE = `import { callTool } from "airlock";
const said = await callTool("odd", "echo", { to: "${EMAIL}", note: "a plain word" });
return { said, more: "what the program gave" };`;

const ON = { originals: { enabled: true } };

Deno.test("originals are not kept unless somebody says so", async () => {
  await using runtime = await startTestRuntime({ mcpServers: { odd: oddServer() } });
  const { runId, status } = await runtime.run({ code: CODE });
  assertEquals(status, "completed");
  const { state } = runtime.config.folders;
  using log = await openAuditLog({ folder: state });
  assert([...log.read({ runId })].every(({ body }) => !body.includes('"original"')));
  for (const name of ["originals.db", "originals.key"]) {
    assertEquals(await Deno.stat(join(state, name)).catch(() => undefined), undefined);
  }
});

Deno.test("originals are sealed, in no file to be read, and shown to whoever says why", async () => {
  const root = await Deno.makeTempDir();
  let runId: string;
  {
    await using runtime = await startTestRuntime({
      root,
      mcpServers: { odd: oddServer() },
      audit: ON,
    });
    const result = await runtime.run({ code: CODE });
    assertEquals(result.status, "completed");
    ({ runId } = result);
    // Wrappers that are being written come and go.
    await assertNowhere(join(root, ".airlock"));
  }
  await assertNowhere(root);
  const { state } = { state: join(root, ".airlock") };
  assertEquals((await Deno.stat(join(state, "originals.key"))).mode! & 0o777, 0o600);
  assertEquals((await Deno.stat(join(state, "originals.db"))).mode! & 0o777, 0o600);

  await Deno.writeTextFile(join(root, "airlock.json"), JSON.stringify({ audit: ON }));
  assertEquals((await audit(root, "originals", runId)).code, 2);
  assertEquals((await audit(root, "originals", "run_none", "--reason", "none")).code, 2);
  const shown = await audit(root, "originals", runId, "--reason", `asked by ${EMAIL}`);
  assertEquals(shown.code, 0, shown.err);
  const originals = shown.out.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(originals.map(({ call, part, kept }) => [call, part, kept]), [
    [0, "program", "whole"],
    [1, "arguments", "whole"],
    [1, "answer", "whole"],
    [0, "result", "whole"],
  ]);
  assertEquals(originals[0].value, CODE);
  assertEquals(originals[1].value, { to: EMAIL, note: "a plain word" });
  assertStringIncludes(JSON.stringify(originals[2].value), EMAIL);
  assertEquals(originals[3].value.more, "what the program gave");

  using log = await openAuditLog({ folder: state });
  const [read] = [...log.read({ runId, kind: "originals_read" })].map(bodyOf);
  assert(/^asked by \[EMAIL_1_\w+\]$/.test(read.reason), read.reason);
  assertEquals([read.by.way, read.originals], ["command", 4]);
  assertEquals(verifyLog(log).problems, []);
  const pack = unzipSync(await makePack(log, runId));
  const texts = Object.values(pack).map((bytes) => strFromU8(bytes)).join("\n");
  assert(!texts.includes(EMAIL) && texts.includes("a plain word"));
  assertEquals(Object.keys(pack).some((name) => name.includes("original")), false);
  await assertNowhere(root);
  await Deno.remove(root, { recursive: true });
});

Deno.test("with another key nothing is shown, nothing is run, and the look is written down", async () => {
  const root = await Deno.makeTempDir();
  const servers = { root, mcpServers: { odd: oddServer() }, audit: ON };
  let runId: string;
  {
    await using runtime = await startTestRuntime(servers);
    ({ runId } = await runtime.run({ code: CODE }));
  }
  const key = join(root, ".airlock", "originals.key");
  await Deno.remove(key);
  await Deno.writeTextFile(join(root, "airlock.json"), JSON.stringify({ audit: ON }));
  const shown = await audit(root, "originals", runId, "--reason", "to see");
  assertEquals([shown.code, shown.out], [2, ""], shown.err);
  assertStringIncludes(shown.err, "sealed with a key that is not here");
  {
    using log = await openAuditLog({ folder: join(root, ".airlock") });
    assertEquals([...log.read({ runId, kind: "originals_read" })].length, 1);
  }
  const refused = await startTestRuntime(servers).catch((error) => error);
  assertEquals(refused.code, "CONFIG_INVALID");
  await Deno.chmod(key, 0o644);
  assertEquals((await startTestRuntime(servers).catch((error) => error)).code, "CONFIG_INVALID");
  await Deno.remove(root, { recursive: true });
});

Deno.test("serve and doctor say that originals are kept", async () => {
  const root = await Deno.makeTempDir();
  await Deno.writeTextFile(join(root, "airlock.json"), JSON.stringify({ audit: ON }));
  const { out } = await command(root, "doctor");
  assertStringIncludes(out, "audit.originals is on");
  await Deno.writeTextFile(join(root, "airlock.json"), "{}");
  assert(!(await command(root, "doctor")).out.includes("originals"));
  await Deno.remove(root, { recursive: true });
});

/** Looks through every file for what must be in none. */
async function assertNowhere(dir: string): Promise<void> {
  for await (const { name, isDirectory, isFile } of Deno.readDir(dir)) {
    const path = join(dir, name);
    if (isDirectory) await assertNowhere(path);
    if (!isFile) continue;
    const bytes = await Deno.readFile(path);
    const text = new TextDecoder("latin1").decode(bytes);
    for (const form of [EMAIL, ...base64Forms(EMAIL)]) assert(!text.includes(form), path);
  }
}

function audit(root: string, ...args: string[]) {
  return command(root, "audit", ...args);
}

async function command(root: string, name: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", join(project, `src/commands/${name}.ts`), ...args],
    cwd: root,
    env: { INIT_CWD: root },
  }).output();
  return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
}

// deno-lint-ignore no-explicit-any -- entries are JSON of many shapes
function bodyOf({ body }: AuditEntry): any {
  return JSON.parse(body);
}
