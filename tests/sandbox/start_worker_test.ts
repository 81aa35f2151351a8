import { assert, assertEquals } from "@std/assert";

Deno.test("a host that runs out of descriptors says BUSY, loses nothing and goes on", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  const dir = await Deno.makeTempDir();
  const host = new URL("../fixtures/runs_out_of_descriptors.ts", import.meta.url).pathname;
  const { stdout, stderr } = await new Deno.Command("/bin/sh", {
    args: ["-c", `ulimit -n 110; exec "$0" run -A --frozen "$1"`, Deno.execPath(), host],
    env: { TMPDIR: dir },
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert(text !== "", new TextDecoder().decode(stderr));
  const { warm, said, after } = JSON.parse(text);
  assertEquals([warm, after], ["completed", 2]);
  const kinds = new Set<string>(said);
  assert(kinds.has("BUSY"), [...kinds].join(" "));
  assertEquals([...kinds].filter((kind) => !["BUSY", "completed"].includes(kind)), []);
  const left = await Array.fromAsync(Deno.readDir(dir));
  assertEquals(left.filter(({ name }) => name.startsWith("airlock-")), []);
  await Deno.remove(dir, { recursive: true });
});
