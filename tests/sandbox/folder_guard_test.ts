import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { AirlockError } from "../../src/model/errors.ts";
import { createFolderGuard, measureFolder } from "../../src/sandbox/measure_folder.ts";

const onUnix = Deno.build.os !== "windows";

const PLANTS: readonly (readonly [string, (path: string) => Promise<unknown>])[] = [
  ["a symbolic link", (path) => Deno.symlink("/etc", path)],
  ["a symbolic link", (path) => Deno.symlink("nowhere", path)],
  ["a hard link", async (path) => {
    await Deno.writeTextFile(`${path}.other`, "");
    await Deno.link(`${path}.other`, path);
  }],
  ["a special file", (path) => new Deno.Command("mkfifo", { args: [path] }).output()],
];

Deno.test("links and special files are found at any depth, also when they arrive later", {
  ignore: !onUnix,
}, async () => {
  for (const [what, plant] of PLANTS) {
    const dir = await Deno.makeTempDir();
    await Deno.mkdir(`${dir}/a/b/c`, { recursive: true });
    await Deno.writeTextFile(`${dir}/a/file`, "12345");
    const guard = createFolderGuard();
    guard.check(dir, "skills");
    assertEquals(await measureFolder(dir, options), { files: 4, bytes: 5, depth: 3 });
    await plant(`${dir}/a/b/c/planted`);
    const byGuard = assertThrows(() => guard.check(dir, "skills"), AirlockError, what);
    assertEquals(byGuard.code, "FOLDER_UNSAFE");
    const byMeasure = await assertRejects(() => measureFolder(dir, options), AirlockError, what);
    assertEquals(byMeasure.message.includes(dir), false);
    await Deno.remove(dir, { recursive: true });
  }
});

const options = { name: "workspace", maxFiles: 100, maxDepth: 64 };

Deno.test("measureFolder stops counting above what it is told", async () => {
  const dir = await Deno.makeTempDir();
  for (let i = 0; i < 10; i++) await Deno.writeTextFile(`${dir}/${i}`, "x");
  const { files } = await measureFolder(dir, { ...options, maxFiles: 3 });
  assertEquals(files, 4);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("a folder that is not there holds nothing", async () => {
  createFolderGuard().check("/nowhere", "skills");
  assertEquals(await measureFolder("/nowhere", options), { files: 0, bytes: 0, depth: 0 });
});

Deno.test("measureFolder goes no deeper than it is told, and says that there is more", async () => {
  const dir = await Deno.makeTempDir();
  await Deno.mkdir(`${dir}/a/b/c/d`, { recursive: true });
  const { files, depth } = await measureFolder(dir, { ...options, maxDepth: 2 });
  assertEquals([files, depth], [3, 3]);
  await Deno.remove(dir, { recursive: true });
});
