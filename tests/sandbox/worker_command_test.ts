import { assertEquals } from "@std/assert";
import { parseConfig } from "../../src/config/config.ts";
import { limitLaunchers, prlimitArguments } from "../../src/sandbox/worker_command.ts";

const MiB = 1024 * 1024;

Deno.test("prlimitArguments() follow from the limits alone", async () => {
  const { limits } = await parseConfig({
    limits: {
      cpuMs: 1_500,
      heapBytes: 64 * MiB,
      memoryBytes: 128 * MiB,
      openFiles: 64,
      fileBytes: 7,
    },
  });
  assertEquals(prlimitArguments(limits), [
    "--core=0",
    "--cpu=3:4",
    `--data=${1408 * MiB}`,
    "--fsize=7",
    "--nofile=65",
  ]);
});

Deno.test("limitLaunchers() gives the limits to prlimit and leaves the others unchanged", async () => {
  const { limits } = await parseConfig({});
  const others = [["/usr/bin/env", "--block-signal=USR1"], ["/usr/bin/setpriv"]];
  assertEquals(limitLaunchers(others, limits), others);
  assertEquals(limitLaunchers([["/usr/bin/prlimit", "--core=0"]], limits), [
    ["/usr/bin/prlimit", ...prlimitArguments(limits)],
  ]);
});
