import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openAuditLog } from "../../src/audit/audit_log.ts";
import { join } from "@std/path";
import { permittedAt } from "../../src/model/permission.ts";
import { startTestRuntime } from "../fixtures/test_runtime.ts";

/** Every way that a program has to change a file of its workspace, or a draft. */
const WRITES: Readonly<Record<string, string>> = {
  writeTextFile: `await Deno.writeTextFile("./workspace/new.txt", "x");`,
  writeFileSync: `Deno.writeFileSync("./workspace/new.txt", new Uint8Array(1));`,
  append: `await Deno.writeTextFile("./workspace/old.txt", "x", { append: true });`,
  open: `await Deno.open("./workspace/old.txt", { write: true });`,
  openSync: `Deno.openSync("./workspace/old.txt", { append: true });`,
  create: `await Deno.create("./workspace/new.txt");`,
  mkdir: `await Deno.mkdir("./workspace/folder");`,
  remove: `await Deno.remove("./workspace/old.txt");`,
  rename: `await Deno.rename("./workspace/old.txt", "./workspace/new.txt");`,
  copyFile: `await Deno.copyFile("./workspace/old.txt", "./workspace/new.txt");`,
  truncate: `await Deno.truncate("./workspace/old.txt");`,
  fileWrite: `await (await open()).write(new Uint8Array(1));`,
  fileWriteSync: `(await open()).writeSync(new Uint8Array(1));`,
  fileWritable: `await (await open()).writable.getWriter().write(new Uint8Array(1));`,
  fileTruncate: `await (await open()).truncate();`,
  fileUtime: `await (await open()).utime(1, 1);`,
  saveJson: `await saveJson("new.json", [1]);`,
  saveCsv: `await saveCsv("new.csv", [{ a: 1 }]);`,
  appendLines: `await appendLines("old.txt", ["x"]);`,
  draft: `await Deno.mkdir("./skills/mine");`,
  saveSkill:
    `await saveSkill({ name: "mine", description: "d", code: "export const a = () => 1;" });`,
};

const HEAD = `import { appendLines, saveCsv, saveJson, saveSkill } from "airlock";
const open = () => Deno.open("./workspace/old.txt");\n`;

Deno.test("a run that may only read changes no file, by any way, and is told what to do", async () => {
  // A worker that waits for a run with the right to write is not given to one without it.
  await using runtime = await startTestRuntime({ pool: { idleWorkers: 1, idleSessions: 1 } });
  const session = "notes";
  const write = await runtime.run({
    code: `await Deno.writeTextFile("./workspace/old.txt", "old"); return 1;`,
    session,
  });
  assertEquals([write.status, write.error], ["completed", null]);
  const codeOf = (writes: [string, string][]) =>
    `${HEAD}const told = {};
const tries = {${writes.map(([name, text]) => `${name}: async () => { ${text} }`)}};
for (const name of Object.keys(tries)) {
  told[name] = await tries[name]().then(() => "done", ({ code, message }) => code + ": " + message);
}
const names = [];
for await (const { name } of Deno.readDir("./workspace")) names.push(name);
return { told, names, text: await Deno.readTextFile("./workspace/old.txt") };`;
  for (const place of [session, undefined]) {
    const inSession = place === undefined ? {} : { session: place };
    // Without a session there is no file to open.
    const writes = Object.entries(WRITES)
      .filter(([name]) => place !== undefined || !name.startsWith("file"));
    const code = codeOf(writes);
    const result = await runtime.run({
      code: place === undefined ? code.replace(/await Deno.readTextFile.*\)/, '"old"') : code,
      permission: "read_only",
      ...inSession,
    });
    assertEquals([result.status, result.error, result.files], ["completed", null, []]);
    const value = result.value as Record<string, unknown> & { told: Record<string, string> };
    assertEquals(Object.keys(value.told), writes.map(([name]) => name));
    for (const [name, text] of Object.entries(value.told)) {
      assertStringIncludes(text, "FORBIDDEN: Cannot", name);
      assertStringIncludes(text, 'ask for the permission "write_restricted"', name);
    }
    assertEquals([value.names, value.text], [place === undefined ? [] : ["old.txt"], "old"]);
    // To be told is no attempt to get out.
    assertEquals(result.escapeAttempts, []);
  }
  const kept = join(runtime.config.folders.workspace, session);
  assertEquals([...Deno.readDirSync(kept)].map(({ name }) => name), ["old.txt"]);
  assertEquals(await runtime.skills.find("mine", "owner"), undefined);
  const again = await runtime.run({
    code: `await Deno.writeTextFile("./workspace/old.txt", "new"); return 1;`,
    session,
  });
  assertEquals([again.status, again.error], ["completed", null]);
});

Deno.test("a value that is too large for a result is kept in a file, whatever a run may write", async () => {
  await using runtime = await startTestRuntime({ limits: { resultModelTokens: 100 } });
  const { status, files, escapeAttempts } = await runtime.run({
    code: `return "x".repeat(20_000);`,
    permission: "read_only",
    session: "large",
  });
  assertEquals([status, files.length, escapeAttempts], ["completed", 1, []]);
});

Deno.test("a level's right to files is in the worker's own flags", async () => {
  await using runtime = await startTestRuntime({ audit: { enabled: true } });
  for (const permission of ["read_only", "write_restricted", "full"] as const) {
    const { status } = await runtime.run({ code: "return 1;", permission, session: "flags" });
    assertEquals(status, "completed");
  }

  using log = await openAuditLog({ folder: runtime.config.folders.state });
  const granted = [...log.read({})].filter(({ kind }) => kind === "permissions_granted")
    .map(({ body }) => (JSON.parse(body) as { flags: string[] }).flags);
  assertEquals(granted.length, 3);
  const mayWrite = granted.map((flags) =>
    flags.some((flag) => /^--allow-write=.*(workspace|skills)/.test(flag))
  );
  assertEquals(mayWrite, [false, true, true]);
  assert(permittedAt("read_only").files === "read");
});
