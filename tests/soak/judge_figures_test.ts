import { assertEquals } from "@std/assert";
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
