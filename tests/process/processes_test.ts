import { assertEquals, assertRejects } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { findCommand } from "../../src/process/find_command.ts";
import { removeFolder } from "../../src/process/remove_folder.ts";
import { type ProcessGroup, spawnGroup } from "../../src/process/spawn_group.ts";
import { startReaper } from "../../src/process/start_reaper.ts";
import { runAsNobody } from "../fixtures/run_as_nobody.ts";
import { readLines, survivors } from "./processes.ts";

async function withFiles(test: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.mkdir(join(directory, "first", "tool"), { recursive: true });
    await Deno.mkdir(join(directory, "second"));
    await Deno.writeTextFile(join(directory, "second", "tool"), "", { mode: 0o755 });
    await Deno.writeTextFile(join(directory, "second", "notes"), "", { mode: 0o644 });
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("findCommand() searches the directories of path, for programs only", async () => {
  await withFiles(async (directory) => {
    const path = `${directory}/first:${directory}/second`;
    assertEquals(await findCommand("tool", { path, cwd: "/" }), `${directory}/second/tool`);
    assertEquals(await findCommand("notes", { path, cwd: "/" }), undefined);
    assertEquals(await findCommand("absent", { path, cwd: "/" }), undefined);
  });
});

Deno.test("findCommand() takes a command with a slash from cwd and never searches for it", async () => {
  await withFiles(async (directory) => {
    const options = { path: `${directory}/second`, cwd: directory };
    assertEquals(await findCommand("./second/tool", options), `${directory}/second/tool`);
    assertEquals(await findCommand("./tool", options), undefined);
    assertEquals(
      await findCommand(`${directory}/second/tool`, options),
      `${directory}/second/tool`,
    );
  });
});

Deno.test("findCommand() ignores relative directories of path", async () => {
  await withFiles(async (directory) => {
    assertEquals(await findCommand("tool", { path: ".:second:", cwd: directory }), undefined);
  });
});

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

const linux = { ignore: Deno.build.os !== "linux" };
const env = { PATH: "/usr/bin:/bin" };
const stubborn = ["/bin/sh", fromFileUrl(new URL("./stubborn.sh", import.meta.url))];

async function giveUpOutput(group: ProcessGroup): Promise<void> {
  await Promise.all([group.stdout.cancel(), group.stderr.cancel()]);
}

Deno.test("spawnGroup() passes on no environment but the one given", linux, async () => {
  await using reaper = await startReaper();
  await using group = await spawnGroup(["/usr/bin/env"], {
    env: { ...env, ONLY: "this" },
    cwd: "/",
    reaper,
  });
  const names = (await new Response(group.stdout).text()).trim().split("\n").sort();
  assertEquals(names, ["ONLY=this", "PATH=/usr/bin:/bin"]);
  await group.stderr.cancel();
});

Deno.test("ProcessGroup.end() waits for a process that ends with its input", linux, async () => {
  await using reaper = await startReaper();
  const group = await spawnGroup(["/bin/cat"], { env, cwd: "/", reaper });
  await group.end(60_000);
  assertEquals((await group.ended).code, 0);
  await giveUpOutput(group);
});

Deno.test(
  "ProcessGroup.end() sends SIGTERM to a process that does not read its input",
  linux,
  async () => {
    await using reaper = await startReaper();
    const group = await spawnGroup(["/bin/sleep", "600"], { env, cwd: "/", reaper });
    await group.end(1);
    assertEquals((await group.ended).success, false);
    await giveUpOutput(group);
  },
);

Deno.test(
  "ProcessGroup.end() kills the whole group of a process that ignores everything",
  linux,
  async () => {
    await using reaper = await startReaper();
    const group = await spawnGroup(stubborn, { env, cwd: "/", reaper });
    const pids = (await readLines(group.stdout, 3)).map(Number);
    await group.end(1);
    assertEquals((await group.ended).signal, "SIGKILL");
    assertEquals(await survivors(pids), []);
    await group.stderr.cancel();
  },
);

Deno.test(
  "a ProcessGroup ends with its leader, also when the leader ends by itself",
  linux,
  async () => {
    await using reaper = await startReaper();
    const group = await spawnGroup(["/bin/sh", "-c", "sleep 600 >/dev/null 2>&1 & echo $!"], {
      env,
      cwd: "/",
      reaper,
    });
    const pids = (await readLines(group.stdout, 1)).map(Number);
    assertEquals((await group.ended).code, 0);
    assertEquals(await survivors(pids), []);
    await group.stdin.close().catch(() => {});
    await group.stderr.cancel();
  },
);

Deno.test("spawnGroup() rejects where the folder does not exist", linux, async () => {
  await using reaper = await startReaper();
  await assertRejects(() => spawnGroup(["/bin/cat"], { env, cwd: "/does/not/exist", reaper }));
});
