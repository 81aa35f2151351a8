import { assert, assertEquals } from "@std/assert";
import { createRunClock } from "../../src/guest/run_clock.ts";

Deno.test("createRunClock says again what it said, then goes on with the time, never back", () => {
  const first = createRunClock();
  first.start(1_000, []);
  const said = [first.now(), first.now(), first.now()];
  const kept = first.take()!;
  assertEquals(first.take(), undefined);
  const second = createRunClock();
  second.start(1_000, kept);
  assertEquals([second.now(), second.now(), second.now()], said);
  assertEquals([second.take(), second.startedAt], [undefined, 1_000]);
  assert(second.now() >= said[2]!);
  assertEquals(second.take()?.[1], 1);
});

Deno.test("createRunClock never says less than it has said before, whatever the time is", () => {
  const clock = createRunClock();
  const late = Date.now() + 1_000_000;
  clock.start(0, [late, 1]);
  assertEquals([clock.now(), clock.now()], [late, late]);
});
