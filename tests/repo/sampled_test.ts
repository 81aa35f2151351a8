import { assertEquals, assertThrows } from "@std/assert";
import { pick, readScope } from "../fixtures/sampled.ts";

const cases = Array.from({ length: 100 }, (_, n) => ({ n, kind: n === 57 ? "rare" : `k${n % 3}` }));
const sampling = { keep: 10, name: "numbers", kinds: (one: { kind: string }) => [one.kind] };
const sample = (seed: number) => pick(cases, sampling, { kind: "sample", seed });

Deno.test("pick() gives as many cases as are kept, in order, and one of each kind", () => {
  for (let seed = 0; seed < 200; seed++) {
    const kept = sample(seed);
    assertEquals(kept.length, 10);
    assertEquals(new Set(kept.map(({ kind }) => kind)), new Set(["k0", "k1", "k2", "rare"]));
    assertEquals(kept, kept.toSorted((a, b) => a.n - b.n));
  }
});

Deno.test("pick() repeats a sample by its seed, and another seed gives another one", () => {
  assertEquals(sample(7), sample(7));
  assertEquals(
    new Set(Array.from({ length: 20 }, (_, seed) => JSON.stringify(sample(seed)))).size,
    20,
  );
  const tried = new Set(Array.from({ length: 400 }, (_, seed) => sample(seed)).flat());
  assertEquals(tried.size, cases.length);
});

Deno.test("pick() gives a share of the cases, and all that there are", () => {
  const share = (keep: number) =>
    pick(cases, { keep, name: "share" }, { kind: "sample", seed: 1 }).length;
  assertEquals([share(0.25), share(0.001), share(1_000)], [25, 1, 100]);
});

Deno.test("pick() gives every case when whole, and in its slices together once each", () => {
  assertEquals(pick(cases, sampling, { kind: "whole" }), cases);
  const slices = Array.from(
    { length: 8 },
    (_, at) => pick(cases, sampling, { kind: "slice", index: at + 1, of: 8 }),
  );
  assertEquals(slices.flat().toSorted((a, b) => a.n - b.n), cases);
  assertEquals(slices.map(({ length }) => length).toSorted(), [12, 12, 12, 12, 13, 13, 13, 13]);
});

Deno.test("pick() gives a slice every case that samples cases of its own", () => {
  const outer = { ...sampling, keep: 1, sliced: false };
  assertEquals(pick(cases, outer, { kind: "slice", index: 3, of: 8 }), cases);
  assertEquals(pick(cases, outer, { kind: "whole" }), cases);
  const { kinds: _, ...one } = outer;
  assertEquals(pick(cases, one, { kind: "sample", seed: 5 }).length, 1);
});

Deno.test("readScope() reads the environment, and refuses a slice or a seed that is none", () => {
  const read = (env: Record<string, string>) => readScope((name) => env[name]);
  assertEquals(read({ AIRLOCK_WHOLE: "1", AIRLOCK_SEED: "5" }), { kind: "whole" });
  assertEquals(read({ AIRLOCK_SLICE: "3/8" }), { kind: "slice", index: 3, of: 8 });
  assertEquals(read({ AIRLOCK_SEED: "5" }), { kind: "sample", seed: 5 });
  for (const slice of ["0/8", "9/8", "x", "1", "1/8/2"]) {
    assertThrows(() => read({ AIRLOCK_SLICE: slice }), TypeError, "not k/n");
  }
  assertThrows(() => read({ AIRLOCK_SEED: "-1" }), TypeError, "32-bit");
});
