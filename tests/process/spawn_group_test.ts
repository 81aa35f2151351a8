import { assertEquals, assertRejects } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { type ProcessGroup, spawnGroup } from "../../src/process/spawn_group.ts";
import { startReaper } from "../../src/process/start_reaper.ts";
import { readLines, survivors } from "./processes.ts";

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
