import { assert, assertEquals } from "@std/assert";
import { startTestRuntime } from "../fixtures/test_runtime.ts";

/** Programs that make more than 20 entries before the host can have looked. */
const MAKERS = {
  files: `for (let i = 0; i < 100; i++) Deno.writeTextFileSync("./workspace/" + i, "");`,
  "files, at once": `await Promise.all(Array.from({ length: 100 }, (_, i) =>
  Deno.writeFile("./workspace/" + i, new Uint8Array())));`,
  folders: `for (let i = 0; i < 100; i++) Deno.mkdirSync("./workspace/" + i);`,
  "folders in folders": `Deno.mkdirSync("./workspace" + "/a".repeat(60), { recursive: true });`,
  copies: `Deno.createSync("./workspace/a").close();
for (let i = 0; i < 100; i++) Deno.copyFileSync("./workspace/a", "./workspace/" + i);`,
};

const COUNT = `let count = 0;
const look = (path) => { for (const { name, isDirectory } of Deno.readDirSync(path)) {
  count++; if (isDirectory) look(path + "/" + name); } };
look("./workspace"); return count;`;

for (const [what, code] of Object.entries(MAKERS)) {
  Deno.test(`a worker makes no more ${what} than its workspace may hold`, async () => {
    await using runtime = await startTestRuntime({ limits: { workspaceFiles: 20 } });
    const session = "counted";
    const { status, error } = await runtime.run({ code, session });
    assertEquals([status, error?.limit?.name], ["over_limit", "workspaceFiles"]);
    const { value } = await runtime.run({ code: COUNT, session });
    assert(Number(value) <= 20, `${value} entries`);
  });
}

Deno.test("a program that replaces what counting could use gets no more files", async () => {
  await using runtime = await startTestRuntime({ limits: { workspaceFiles: 20 } });
  const session = "replaced";
  const code = `const none = () => undefined;
Array.prototype.pop = String.prototype.split = Reflect.apply = Math.min = none;
for (let i = 0; i < 100; i++) try { Deno.writeTextFileSync("./workspace/" + i, ""); } catch {}
return "done";`;
  await runtime.run({ code, session });
  const { value } = await runtime.run({ code: COUNT, session });
  assert(Number(value) <= 20, `${value} entries`);
});

Deno.test("a program hears how many files are left, and can go on with those it has", async () => {
  await using runtime = await startTestRuntime({ limits: { workspaceFiles: 20 } });
  const { status, value } = await runtime.run({
    code: `let said;
try { for (let i = 0; ; i++) Deno.writeTextFileSync("./workspace/" + i, "one"); }
catch (error) { said = [error.code, error.message]; }
for (let i = 0; i < 50; i++) Deno.writeTextFileSync("./workspace/3", "again");
Deno.removeSync("./workspace/4");
Deno.writeTextFileSync("./workspace/new", "fits");
return said;`,
  });
  assertEquals([status, value], ["completed", [
    "OVER_LIMIT",
    "Cannot make file: the workspace may hold 20 files and folders, and 0 are left",
  ]]);
});

Deno.test("files made and removed again and again are not counted twice", async () => {
  await using runtime = await startTestRuntime({ limits: { workspaceFiles: 20 } });
  const { value } = await runtime.run({
    code: `for (let i = 0; i < 200; i++) {
  await Deno.writeTextFile("./workspace/" + i, "");
  await Deno.remove("./workspace/" + i);
}
return "done";`,
  });
  assertEquals(value, "done");
});
