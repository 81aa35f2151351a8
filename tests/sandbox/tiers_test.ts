import { assert, assertEquals, assertRejects } from "@std/assert";
import { parseConfig } from "../../src/config/config.ts";
import { createRuntime } from "../../src/host/create_runtime.ts";
import { AirlockError } from "../../src/model/errors.ts";
import { RISK_LEVELS } from "../../src/model/risk.ts";
import { bubblewrapArgs } from "../../src/sandbox/bubblewrap_args.ts";
import { offerTier } from "../../src/sandbox/open_tier.ts";
import { tierAtRisk, tiersInUse } from "../../src/sandbox/tier.ts";
import { findLibraries } from "../../src/sandbox/tier_requirements.ts";
import { limitLaunchers, prlimitArguments } from "../../src/sandbox/worker_command.ts";
import { COMMAND, encloseOptions } from "./enclose_options.ts";

Deno.test("tierAtRisk() raises the tier at a level and above, and never lowers it", () => {
  const at = (isolation: Parameters<typeof tierAtRisk>[0]) =>
    RISK_LEVELS.map((level) => tierAtRisk(isolation, level)).join(" ");
  assertEquals(at({ tier: "process" }), "process process process process");
  assertEquals(
    at({ tier: "process", byRisk: { high: "bubblewrap" } }),
    "process process bubblewrap bubblewrap",
  );
  assertEquals(
    at({ tier: "process", byRisk: { medium: "container", high: "bubblewrap" } }),
    "process container container container",
  );
  assertEquals(
    at({ tier: "container", byRisk: { critical: "process" } }),
    "container container container container",
  );
});

Deno.test("tiersInUse() names each tier once, that of low risk first", () => {
  const isolation = { tier: "bubblewrap", byRisk: { low: "process", high: "container" } } as const;
  assertEquals(tiersInUse(isolation), ["bubblewrap", "container"]);
});

Deno.test({
  name: "findLibraries() finds the files that Deno loads",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const libraries = await findLibraries(Deno.execPath());
    assert(libraries?.some(({ path }) => path.includes("libc.so")));
    for (const { file } of libraries!) assert((await Deno.lstat(file)).isFile, file);
  },
});

Deno.test("findLibraries() gives undefined where there is no program", async () => {
  assertEquals(await findLibraries("/nonexistent/program"), undefined);
});

Deno.test("createRuntime() names what a machine lacks for a tier, and takes no weaker one", async () => {
  const root = await Deno.makeTempDir();
  const isolation = { tier: "container", runtime: "nonesuch" };
  const config = await parseConfig({ isolation }, { root });
  const error = await assertRejects(() => createRuntime(config), AirlockError);
  assertEquals(error.code, "TIER_UNAVAILABLE");
  assert(error.message.includes('tier "container"'), error.message);
  assert(error.message.includes("the runtime nonesuch is installed"), error.message);
  await Deno.remove(root, { recursive: true });
});

Deno.test("offerTier() has a remedy for every missing requirement", async () => {
  const { requirements, create } = await offerTier({ tier: "container", runtime: "nonesuch" });
  const lacking = requirements.filter(({ state }) => state === "missing");
  assert(create === undefined && lacking.length >= 2);
  for (const { name, remedy } of lacking) assert(remedy.length > 0, name);
});

Deno.test("offerTier() offers plain processes everywhere", async () => {
  const { create } = await offerTier({ tier: "process" });
  assert(create !== undefined);
});

Deno.test("parseConfig() takes a runtime only for containers", async () => {
  const isolation = { tier: "bubblewrap", runtime: "crun" };
  const error = await assertRejects(() => parseConfig({ isolation }), AirlockError);
  assert(error.message.includes('"isolation.runtime"'), error.message);
});

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
