import { assertEquals, assertStringIncludes } from "@std/assert";
import { sampled } from "../fixtures/sampled.ts";
import { judgeFigure } from "./judge_figures.ts";

const RULE = { name: "files", unit: "", share: 0.1, extra: 1 };
const verdict = (values: readonly number[]) => judgeFigure(RULE, values).verdict;

Deno.test("judgeFigure calls a figure that goes up and down flat", () => {
  assertEquals(verdict([10, 12, 9, 11, 10, 12, 9, 11, 10, 12, 9, 11]), "flat");
});

Deno.test("judgeFigure sees a figure grow, also by little each time", () => {
  assertEquals(verdict(Array.from({ length: 30 }, (_, i) => 10 + i * 0.2)), "grew");
});

Deno.test("judgeFigure leaves the warm-up out, and does not mind a fall", () => {
  assertEquals(verdict([1, 5, 20, 20, 20, 20, 20, 20, 20, 20]), "flat");
  assertEquals(verdict([20, 20, 20, 19, 18, 15, 12, 10, 8, 7]), "flat");
});

Deno.test("judgeFigure takes medians: one value that stands out is no growth", () => {
  assertEquals(verdict([10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 99, 10, 10, 10, 10]), "flat");
});

Deno.test("judgeFigure allows the share and the extra, and no more", () => {
  const at = (last: number) => verdict([...Array(8).fill(10), ...Array(4).fill(last)]);
  assertEquals([at(12), at(12.1)], ["flat", "grew"]);
});

Deno.test("judgeFigure gives no verdict for nothing but growth: a missing value is not flat", () => {
  assertEquals(verdict([]), "grew");
});

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
  const { code, out, said } = await runSoak("--minutes", "0.03");
  assertStringIncludes(out, " right, 0 failed\n", said);
  assertStringIncludes(out, " contained, 0 not\n");
  assertStringIncludes(out, "left behind: 0\n");
  assertEquals([code, out.trimEnd().split("\n").at(-1)], [0, "passed"]);
});

Deno.test("deno task soak reads its options strictly", async () => {
  const wrong = [
    [],
    ["--minutes", "0"],
    ["--minutes", "ten"],
    ["--minutes", "1e3"],
    ["--minutes", "1441"],
    ["--minutes", "1", "--at-once", "1.5"],
    ["--minutes", "1", "--tier", "none"],
    ["--minutes", "1", "--hours", "1"],
    ["1"],
  ];
  for (const args of sampled(wrong, { keep: 2, name: "wrong words of soak" })) {
    const { code, out, said } = await runSoak(...args);
    assertEquals([code, out, /^Usage: /m.test(said)], [2, "", true], args.join(" "));
  }
});
