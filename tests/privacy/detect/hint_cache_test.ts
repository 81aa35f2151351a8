import { assertEquals } from "@std/assert";
import { HintCache, keyHints } from "../../../src/privacy/detect/key_hints.ts";

const PIECES =
  "e mail email phone name id user SSN Number c C 2 41 1C v4 ip zip address Line k no Nm é x _ . - !"
    .split(" ").concat(" ", "e\u0301", "\u0130", "𝐞", "\u200b", "Home", "dob", "value", "hash");

Deno.test("HintCache passes over no name that hints at something", () => {
  const cache = new HintCache();
  let state = 7;
  const next = (below: number) => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) % below;
  for (let count = 0; count < 30_000; count++) {
    const key = Array.from({ length: 1 + next(5) }, () => PIECES[next(PIECES.length)]).join("");
    const parent = next(2) === 0 ? "" : PIECES[next(PIECES.length)]!;
    if (key === "") continue;
    assertEquals(cache.get(key, parent), keyHints(key, parent), JSON.stringify([key, parent]));
  }
});

Deno.test("HintCache knows an operator's own words however a name joins them", () => {
  for (const own of ["staffBadge", "staff badge", "badge 2c", "Kunden Nr", "PLZ"]) {
    const cache = new HintCache([[own, "BADGE"]]);
    const [hint] = cache.get(own);
    assertEquals(hint?.kind, "BADGE", own);
  }
});
