import { assert, assertEquals, assertThrows } from "@std/assert";
import { AirlockError } from "../../src/model/errors.ts";
import { PrincipalCpu } from "../../src/sandbox/principal_cpu.ts";

Deno.test("PrincipalCpu refuses whoever used too much until the window has room", () => {
  let now = 0;
  const cpu = new PrincipalCpu({ maxMs: 10_000, now: () => now });
  for (; now < 30_000; now += 1_000) cpu.add("a", 300);
  cpu.refuseOver("a");
  cpu.add("a", 2_000);
  const refusal = assertThrows(() => cpu.refuseOver("a"), AirlockError);
  assertEquals([refusal.code, refusal.status, refusal.retry], ["BUSY", 503, true]);
  const { retryAfterSeconds = 0 } = refusal;
  assert(retryAfterSeconds > 0 && retryAfterSeconds <= 60, String(retryAfterSeconds));
  const { hint } = refusal;
  assertEquals(hint, `Ask again in ${retryAfterSeconds} seconds`);
  now += (retryAfterSeconds - 1) * 1_000;
  assert(cpu.isOver("a"));
  now += 1_000;
  cpu.refuseOver("a");
});

Deno.test("PrincipalCpu counts nobody's use as another's", () => {
  const cpu = new PrincipalCpu({ maxMs: 1_000, now: () => 0 });
  cpu.add("a", 100_000);
  assertEquals([cpu.isOver("a"), cpu.isOver("b"), cpu.isOver("owner")], [true, false, false]);
});

Deno.test("PrincipalCpu keeps a use for a minute and no longer, however it came", () => {
  for (const step of [1, 10, 333, 5_000]) {
    let now = 0;
    const cpu = new PrincipalCpu({ maxMs: 1_000, now: () => now });
    for (let used = 0; used < 2_000; used += step) cpu.add("a", step);
    assert(cpu.isOver("a"));
    now = 59_999;
    assert(cpu.isOver("a"));
    now = 61_001;
    assertEquals(cpu.isOver("a"), false);
  }
});
