import { assertEquals } from "@std/assert";
import { removeFolder } from "../../src/process/remove_folder.ts";
import { runAsNobody } from "../fixtures/run_as_nobody.ts";

Deno.test("removeFolder() removes unreadable folders, and accepts a missing one", async () => {
  const printed = await runAsNobody(`
import { removeFolder } from "./src/process/remove_folder.ts";
const dir = Deno.makeTempDirSync();
for (const mode of [0o300, 0o500, 0o000]) {
  Deno.mkdirSync(dir + "/a" + mode + "/deep", { recursive: true });
  Deno.writeTextFileSync(dir + "/a" + mode + "/deep/file", "");
  Deno.chmodSync(dir + "/a" + mode + "/deep", mode);
  Deno.chmodSync(dir + "/a" + mode, mode);
}
await removeFolder(dir);
console.log(await Deno.lstat(dir).then(() => "there", ({ name }) => name));
await removeFolder(dir);
`);
  assertEquals(printed, "NotFound");
});

Deno.test("removeFolder() leaves what a link leads to", async () => {
  const outside = await Deno.makeTempDir();
  await Deno.writeTextFile(`${outside}/kept`, "kept");
  const dir = await Deno.makeTempDir();
  await Deno.symlink(outside, `${dir}/link`);
  await removeFolder(dir);
  assertEquals(await Deno.readTextFile(`${outside}/kept`), "kept");
  await Deno.remove(outside, { recursive: true });
});
