import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { makeOwnFile, replaceFile, replaceFileSync } from "../../src/storage/atomic_file.ts";

const hasModes = Deno.build.os !== "windows";

Deno.test("replaceFile() makes folder and file closed to others, replaces a link, and leaves nothing beside", async () => {
  const root = await Deno.makeTempDir();
  const [folder, elsewhere] = [join(root, "state"), join(root, "elsewhere")];
  const path = join(folder, "file");
  await Deno.writeTextFile(elsewhere, "untouched");
  await replaceFile(path, "one");
  if (hasModes) {
    assertEquals((await Deno.stat(folder)).mode! & 0o777, 0o700);
    assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
  }
  await Deno.remove(path);
  await Deno.symlink(elsewhere, path);
  await replaceFile(path, new TextEncoder().encode("two"), { sync: true });
  assertEquals(await Deno.readTextFile(path), "two");
  replaceFileSync(path, "three", { temporary: `${path}.part` });
  assertEquals(await Deno.readTextFile(path), "three");
  assertEquals(await Deno.readTextFile(elsewhere), "untouched");
  assertEquals((await Array.fromAsync(Deno.readDir(folder))).length, 1);
  await Deno.remove(root, { recursive: true });
});

Deno.test("replaceFile() that fails leaves the file that is there, and nothing beside it", async () => {
  const root = await Deno.makeTempDir();
  const path = join(root, "folder");
  await Deno.mkdir(join(path, "full"), { recursive: true });
  await assertRejects(() => replaceFile(path, "text"));
  assertEquals((await Array.fromAsync(Deno.readDir(root))).map(({ name }) => name), ["folder"]);
  await Deno.remove(root, { recursive: true });
});

Deno.test("makeOwnFile() leaves the file of whichever call is first", async () => {
  const root = await Deno.makeTempDir();
  const path = join(root, "token");
  await Promise.all(["a", "b", "c"].map((text) => makeOwnFile(path, text)));
  const first = await Deno.readTextFile(path);
  await makeOwnFile(path, "late");
  assertEquals(await Deno.readTextFile(path), first);
  assertEquals((await Array.fromAsync(Deno.readDir(root))).length, 1);
  await Deno.remove(root, { recursive: true });
});
