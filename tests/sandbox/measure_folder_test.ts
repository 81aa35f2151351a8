import { assertEquals, assertRejects } from "@std/assert";
import { AirlockError } from "../../src/model/errors.ts";
import { measureFolder } from "../../src/sandbox/measure_folder.ts";
import { runAsNobody } from "../fixtures/run_as_nobody.ts";

const BOUNDS = { name: "workspace", maxFiles: 100, maxDepth: 10 };

Deno.test("measureFolder counts files and folders, and one that is gone as nothing", async () => {
  const dir = await Deno.makeTempDir();
  await Deno.mkdir(`${dir}/a/b`, { recursive: true });
  await Deno.writeTextFile(`${dir}/a/b/c`, "12345");
  assertEquals(await measureFolder(dir, BOUNDS), { files: 3, bytes: 5, depth: 2 });
  await Deno.remove(dir, { recursive: true });
  assertEquals(await measureFolder(dir, BOUNDS), { files: 0, bytes: 0, depth: 0 });
});

Deno.test("measureFolder refuses what cannot be looked at, for whatever reason", async () => {
  const error = await assertRejects(
    () => measureFolder(`/tmp/${"x".repeat(300)}`, BOUNDS),
    AirlockError,
  );
  assertEquals(error.code, "FOLDER_UNSAFE");
});

Deno.test("measureFolder takes no folder for empty that was made unreadable", async () => {
  const printed = await runAsNobody(`
import { measureFolder } from "./src/sandbox/measure_folder.ts";
for (const mode of [0o300, 0o600, 0o000]) {
  const dir = Deno.makeTempDirSync();
  Deno.mkdirSync(dir + "/hidden");
  Deno.writeFileSync(dir + "/hidden/file", new Uint8Array(5_000_000));
  Deno.chmodSync(dir + "/hidden", mode);
  const how = { name: "workspace", maxFiles: 100, maxDepth: 10 };
  console.log(await measureFolder(dir, how).then(({ bytes }) => bytes, ({ code, message }) => code + message));
}`);
  for (const line of printed.split("\n")) {
    const refused = 'FOLDER_UNSAFECannot use folder: "./workspace/hidden';
    assertEquals(line.slice(0, refused.length), refused);
  }
});
