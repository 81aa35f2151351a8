import { assertEquals, assertStringIncludes } from "@std/assert";

const SOAK = new URL("./run.ts", import.meta.url).pathname;

/** The soak watches the whole process that it is in. */
async function runSoak(...args: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--v8-flags=--expose-gc", SOAK, ...args],
  }).output();
  const [out, said] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out: out!, said: said! };
}

Deno.test("a short soak: no honest run fails, no hostile one gets out, nothing is left", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  const { code, out, said } = await runSoak("--minutes", "0.1");
  assertStringIncludes(out, " right, 0 failed\n", said);
  assertStringIncludes(out, " contained, 0 not\n");
  assertStringIncludes(out, "left behind: 0\n");
  assertEquals([code, out.trimEnd().split("\n").at(-1)], [0, "passed"]);
});

Deno.test("deno task soak reads its options strictly", async () => {
  for (
    const args of [
      [],
      ["--minutes", "0"],
      ["--minutes", "ten"],
      ["--minutes", "1e3"],
      ["--minutes", "1441"],
      ["--minutes", "1", "--at-once", "1.5"],
      ["--minutes", "1", "--tier", "none"],
      ["--minutes", "1", "--hours", "1"],
      ["1"],
    ]
  ) {
    const { code, out, said } = await runSoak(...args);
    assertEquals([code, out, /^Usage: /m.test(said)], [2, "", true], args.join(" "));
  }
});
