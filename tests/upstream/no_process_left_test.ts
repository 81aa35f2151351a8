import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { startReaper } from "../../src/process/start_reaper.ts";
import { isRunning, readLines, survivors } from "../process/processes.ts";
import { type LogEntry, openOdd } from "./odd_servers.ts";

const linux = { ignore: Deno.build.os !== "linux" };
const stubborn = { switches: ["--ignore-eof", "--ignore-sigterm", "--grandchild"] };

/** The ids of all processes that a log speaks of. */
function findPids(log: readonly LogEntry[]): number[] {
  return [
    ...new Set(log.flatMap(({ pid, child }) => child === undefined ? [pid] : [pid, Number(child)])),
  ];
}

Deno.test(
  "close leaves no server and no grandchild behind, however stubborn they are",
  linux,
  async () => {
    await using odd = await openOdd(stubborn);
    await odd.call("echo");
    const pids = findPids(await odd.log());
    assertEquals(pids.length, 2);
    assertEquals((await Promise.all(pids.map(isRunning))).every(Boolean), true);
    await odd.upstreams.close();
    assertEquals(await survivors(pids), []);
    assertEquals((await odd.log()).map(({ event }) => event).slice(-2), ["eof", "sigterm"]);
  },
);

Deno.test("a server that dies takes its grandchildren with it", linux, async () => {
  await using odd = await openOdd({ switches: ["--grandchild"] });
  await odd.call("die", { how: "kill" }).catch(() => {});
  const pids = findPids(await odd.log());
  assertEquals(pids.length, 2);
  assertEquals(await survivors(pids), []);
});

Deno.test("close ends servers that are still starting", linux, async () => {
  await using odd = await openOdd({ switches: ["--hang", "initialize"] });
  odd.upstreams.warm(["odd"]);
  const pids = findPids(await odd.logged("start"));
  await odd.upstreams.close();
  assertEquals(await survivors(pids), []);
});

Deno.test(
  "close leaves alone a reaper that was given: its owner still needs it",
  linux,
  async () => {
    await using odd = await openOdd();
    await using reaper = await startReaper();
    await using upstreams = await odd.reopen({}, { reaper });
    const call = { server: "odd", tool: "who", arguments: {} };
    const { pid } = await upstreams.callTool(call) as { pid: number };
    await upstreams.close();
    assertEquals([await isRunning(reaper.pid), await isRunning(pid)], [true, false]);
  },
);

Deno.test(
  "a host that is killed with SIGKILL leaves no server and no grandchild behind",
  linux,
  async () => {
    const folder = await Deno.makeTempDir();
    const host = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", fromFileUrl(new URL("./killed_host.ts", import.meta.url))],
      env: { TMPDIR: folder },
      stdout: "piped",
    }).spawn();
    const [log = ""] = await readLines(host.stdout, 1);
    const pids = findPids(JSON.parse(log));
    assertEquals(pids.length, 4);
    assertEquals((await Promise.all(pids.map(isRunning))).every(Boolean), true);
    host.kill("SIGKILL");
    await host.status;
    assertEquals(await survivors(pids), []);
    await Deno.remove(folder, { recursive: true });
  },
);
