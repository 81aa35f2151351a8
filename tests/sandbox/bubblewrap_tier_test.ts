import { assert, assertEquals } from "@std/assert";
import { bubblewrapArgs } from "../../src/sandbox/bubblewrap_args.ts";
import { COMMAND, encloseOptions } from "./enclose_options.ts";

async function args(): Promise<string[]> {
  const libraries = [{ path: "/lib/libc.so.6", file: "/lib/libc-2.36.so" }];
  const options = { ...await encloseOptions(), libraries };
  return bubblewrapArgs(COMMAND, options);
}

/** What follows each appearance of the option, as many words as it takes. */
function valuesOf(words: readonly string[], option: string, count: number): string[][] {
  return words.flatMap((word, at) => word === option ? [words.slice(at + 1, at + 1 + count)] : []);
}

Deno.test("bubblewrapArgs() gives a worker namespaces of its own, and no capability", async () => {
  const words = await args();
  for (const namespace of ["user", "pid", "net", "ipc", "uts"]) {
    assert(words.includes(`--unshare-${namespace}`), namespace);
  }
  assert(words.includes("--die-with-parent"));
  assertEquals(valuesOf(words, "--cap-drop", 1), [["ALL"]]);
  assertEquals(valuesOf(words, "--seccomp", 1), [["9"]]);
});

Deno.test("bubblewrapArgs() shows a worker what the run needs, and lets it write its workspace alone", async () => {
  const words = await args();
  assertEquals(valuesOf(words, "--bind", 2), [
    ["/tmp/run/skills", "/tmp/run/skills"],
    ["/data/s1", "/tmp/run/workspace"],
  ]);
  assertEquals(valuesOf(words, "--ro-bind", 2), [
    ["/lib/libc-2.36.so", "/lib/libc.so.6"],
    ["/opt/deno", "/deno"],
    ["/tmp/guest", "/tmp/guest"],
    ["/tmp/modules", "/tmp/modules"],
    ["/tmp/run/linked", "/tmp/run/linked"],
    ["/data/servers", "/tmp/run/servers"],
    ["/tmp/run/rpc", "/tmp/run/rpc"],
    ["/tmp/run/record", "/tmp/run/record"],
  ]);
  assertEquals(valuesOf(words, "--dev-bind", 2).flat(), [
    ...["/dev/null", "/dev/null", "/dev/urandom", "/dev/urandom"],
  ]);
  assertEquals(valuesOf(words, "--remount-ro", 1), [["/"]]);
});

Deno.test("bubblewrapArgs() passes on the worker's environment and arguments, and no others", async () => {
  const words = await args();
  assert(words.includes("--clearenv"));
  assertEquals(valuesOf(words, "--setenv", 2), [["DENO_DIR", "/dev/null"]]);
  assertEquals(words.slice(words.indexOf("--")), ["--", "/deno", "run", "stub.js"]);
});
