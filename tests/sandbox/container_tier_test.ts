import { assert, assertEquals } from "@std/assert";
import { podmanArgs } from "../../src/sandbox/podman_args.ts";
import { COMMAND, encloseOptions } from "./enclose_options.ts";

async function args(targets = {}): Promise<string[]> {
  return podmanArgs(COMMAND, {
    ...await encloseOptions(targets),
    runtime: "/usr/bin/crun",
    rules: { options: [], runOptions: [], record: "pipe" },
    rootDir: "/tmp/root",
  });
}

function mounts(words: readonly string[]): string[] {
  return words.filter((_word, at) => words[at - 1] === "--mount");
}

Deno.test("podmanArgs() leaves a container no network, no capability and no writable root", async () => {
  const words = await args();
  const expected = ["--network=none", "--read-only", "--read-only-tmpfs=false", "--cap-drop=all"];
  for (const option of [...expected, "--security-opt=no-new-privileges"]) {
    assert(words.includes(option), option);
  }
});

Deno.test("podmanArgs() mounts what the run needs, and lets a worker write its workspace and drafts alone", async () => {
  const writable = mounts(await args()).filter((mount) => !mount.endsWith(",ro=true"));
  assertEquals(writable, [
    "type=bind,source=/tmp/run/skills,destination=/tmp/run/skills",
    "type=bind,source=/data/s1,destination=/tmp/run/workspace",
    "type=bind,source=/tmp/run/rpc,destination=/tmp/run/rpc",
    "type=bind,source=/tmp/run/record,destination=/tmp/run/record",
  ]);
});

Deno.test("podmanArgs() quotes a path that would read as another option of its mount", async () => {
  const words = await args({ workspace: '/data/a",source=/etc' });
  assert(
    mounts(words).includes(
      'type=bind,"source=/data/a"",source=/etc",destination=/tmp/run/workspace',
    ),
  );
});

Deno.test("podmanArgs() sets the limits in the container, and ends with the worker's own arguments", async () => {
  const words = await args();
  const ulimits = words.filter((_word, at) => words[at - 1] === "--ulimit");
  assert(ulimits.includes("core=0") && ulimits.some((limit) => limit.startsWith("nproc=")));
  assertEquals(words.slice(-4), ["/tmp/root", "/deno", "run", "stub.js"]);
});
