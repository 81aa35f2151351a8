import { assertEquals, assertThrows } from "@std/assert";
import { exists } from "@std/fs";
import { fromFileUrl, join } from "@std/path";
import { startReaper } from "../../src/process/start_reaper.ts";
import { isRunning, readLines, survivors } from "./processes.ts";

const linux = { ignore: Deno.build.os !== "linux" };

function sleeper(): Deno.ChildProcess {
  return new Deno.Command("sleep", { args: ["600"], detached: true }).spawn();
}

/** Resolves when the process ignores SIGTERM, which the shell needs a moment for. */
async function ignoresSignals(pid: number): Promise<void> {
  const status = () => Deno.readTextFileSync(`/proc/${pid}/status`);
  const ignored = () => BigInt(`0x${/^SigIgn:\s*(\w+)$/m.exec(status())?.[1]}`);
  while (!(ignored() & 1n << 14n)) await new Promise((resolve) => setTimeout(resolve, 1));
}

Deno.test("startReaper() kills the groups on its list when it is disposed of", linux, async () => {
  const child = sleeper();
  {
    await using reaper = await startReaper();
    reaper.add(child.pid);
    assertEquals(await isRunning(child.pid), true);
  }
  assertEquals((await child.status).signal, "SIGKILL");
});

Deno.test("startReaper() spares the groups that were taken off its list", linux, async () => {
  const [first, second, third] = [sleeper(), sleeper(), sleeper()] as const;
  {
    await using reaper = await startReaper();
    for (const { pid } of [first, second, third]) reaper.add(pid);
    reaper.remove(second.pid);
    reaper.remove(999_999_999);
  }
  assertEquals((await first.status).signal, "SIGKILL");
  assertEquals((await third.status).signal, "SIGKILL");
  assertEquals(await isRunning(second.pid), true);
  second.kill("SIGKILL");
  await second.status;
});

Deno.test("Reaper.add() refuses 0, 1 and what is no number of a group", linux, async () => {
  await using reaper = await startReaper();
  for (const wrong of [0, 1, -1, NaN, 1.5]) assertThrows(() => reaper.add(wrong), RangeError);
});

Deno.test(
  "startReaper() starts a process that the signals of a terminal do not end",
  linux,
  async () => {
    const child = sleeper();
    {
      await using reaper = await startReaper();
      reaper.add(child.pid);
      await ignoresSignals(reaper.pid);
      for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) Deno.kill(reaper.pid, signal);
    }
    assertEquals((await child.status).signal, "SIGKILL");
  },
);

Deno.test(
  "startReaper() removes its directory, and only at the end",
  linux,
  async () => {
    const parent = await Deno.makeTempDir();
    const directory = join(parent, "with a space and 'quotes'");
    await Deno.mkdir(directory);
    await Deno.writeTextFile(join(directory, "file"), "x");
    {
      await using _reaper = await startReaper({ removeAtEnd: directory });
      assertEquals(await exists(directory), true);
    }
    assertEquals(await exists(directory), false);
    await Deno.remove(parent);
  },
);

Deno.test(
  "startReaper() leaves nothing behind a host that was killed with SIGKILL",
  linux,
  async () => {
    const directory = await Deno.makeTempDir();
    const host = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", fromFileUrl(new URL("./host.ts", import.meta.url)), directory],
      stdout: "piped",
    }).spawn();
    const pids = (await readLines(host.stdout, 4)).map(Number);
    assertEquals((await Promise.all(pids.map(isRunning))).every(Boolean), true);
    host.kill("SIGKILL");
    await host.status;
    assertEquals(await survivors(pids), []);
    assertEquals(await exists(directory), false);
  },
);
