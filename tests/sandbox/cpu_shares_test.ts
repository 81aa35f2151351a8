import { assert, assertEquals, assertThrows } from "@std/assert";
import { AirlockError } from "../../src/model/errors.ts";
import { CpuShares } from "../../src/sandbox/cpu_shares.ts";
import { PrincipalCpu } from "../../src/sandbox/principal_cpu.ts";

const SAMPLE_MS = 50;

/** A machine on which workers run as they are let, each as fast as it can. */
class Machine {
  now = 0;
  readonly principals = new PrincipalCpu({ maxMs: 1e9, now: () => this.now });
  readonly shares: CpuShares;
  readonly workers: SimulatedWorker[] = [];
  mostAtOnce = 0;
  /** What every worker waits for a core, in all and between two looks. */
  waitedMs = 0;
  waitingMs = 0;

  constructor({ cores, cpuShare = 1 }: { cores: number; cpuShare?: number }) {
    this.shares = new CpuShares({
      cpuShare,
      cores,
      principals: this.principals,
      now: () => this.now,
    });
  }

  start(principal: string, load = 1): SimulatedWorker {
    const worker = new SimulatedWorker(this, principal, load);
    this.workers.push(worker);
    return worker;
  }

  run(ms: number): void {
    for (const end = this.now + ms; this.now < end;) {
      this.now += SAMPLE_MS;
      this.waitedMs += this.waitingMs;
      const going = this.workers.filter((worker) => !worker.isHeld);
      if (this.now > 1_500) this.mostAtOnce = Math.max(this.mostAtOnce, going.length);
      for (const worker of going) worker.cpuMs += SAMPLE_MS * worker.load;
      for (const worker of this.workers) worker.place.used(worker.cpuMs);
    }
  }
}

class SimulatedWorker {
  cpuMs = 80;
  isHeld = false;
  isBehind = false;
  readonly place;

  constructor(machine: Machine, principal: string, public load: number) {
    this.place = machine.shares.join({
      hold: () => this.isHeld = true,
      resume: () => this.isHeld = false,
      waitedMs: () => machine.waitedMs,
      putBehind: () => this.isBehind = true,
    }, principal);
  }
}

for (const cores of [1, 2, 3, 8]) {
  for (const burners of [1, 2, 6, 20]) {
    Deno.test(`${burners} programs that burn leave a core of ${cores} free, and each goes on`, () => {
      const machine = new Machine({ cores });
      for (let i = 0; i < burners; i++) machine.start(`p${i % 3}`);
      machine.run(20_000);
      const slots = Math.min(burners, Math.max(1, cores - 1));
      assert(machine.mostAtOnce <= slots, `${machine.mostAtOnce} at once`);
      const used = machine.workers.map(({ cpuMs }) => cpuMs);
      assert(Math.min(...used) > 0.4 * 20_000 * slots / burners, used.join(" "));
    });
  }
}

Deno.test("CpuShares gives a principal with many burning programs no more than one with a single one", () => {
  const machine = new Machine({ cores: 2 });
  const many = Array.from({ length: 6 }, () => machine.start("many"));
  machine.run(5_000);
  const one = machine.start("one");
  const before = many.map(({ cpuMs }) => cpuMs).reduce((a, b) => a + b);
  machine.run(20_000);
  const later = many.map(({ cpuMs }) => cpuMs).reduce((a, b) => a + b) - before;
  assert(Math.abs(one.cpuMs / later - 1) < 0.25, `${one.cpuMs} beside ${later}`);
});

Deno.test("CpuShares makes many short programs of one principal take turns like a burning one", () => {
  const machine = new Machine({ cores: 2 });
  let most = 0;
  for (let round = 0; round < 100; round++) {
    const short = Array.from({ length: 4 }, () => machine.start("many"));
    for (let ms = 0; ms < 200; ms += SAMPLE_MS) {
      machine.run(SAMPLE_MS);
      if (round > 50) most = Math.max(most, short.filter(({ isHeld }) => !isHeld).length);
    }
    assertEquals(round > 50 && short.every(({ isHeld }) => !isHeld), false);
    for (const { place } of short) place[Symbol.dispose]();
    machine.workers.length = 0;
  }
});

Deno.test("CpuShares counts a program that waits for a core as burning, however little it gets", () => {
  const machine = new Machine({ cores: 2 });
  const workers = Array.from({ length: 3 }, () => machine.start("a"));
  machine.run(1_000);
  for (const worker of workers) worker.load = 0.05;
  machine.waitingMs = SAMPLE_MS;
  machine.run(2_000);
  assertEquals(workers.filter(({ isHeld }) => isHeld).length, 2);
  machine.waitingMs = 0;
  machine.run(2_000);
  assertEquals(workers.filter(({ isHeld }) => isHeld).length, 0);
});

Deno.test("CpuShares never holds short programs, nor those that wait", () => {
  const machine = new Machine({ cores: 2 });
  for (let i = 0; i < 6; i++) machine.start("burns");
  machine.run(3_000);
  const waits = machine.start("waits", 0.1);
  const short = machine.start("short");
  for (let ms = 0; ms < 200; ms += SAMPLE_MS) {
    machine.run(SAMPLE_MS);
    assertEquals([waits.isHeld, short.isHeld, short.isBehind], [false, false, false]);
  }
  machine.run(10_000);
  assertEquals([waits.isHeld, waits.place.heldMs()], [false, 0]);
  assert(short.isBehind);
});

for (const cpuShare of [0.05, 0.25, 0.5, 1, 2]) {
  for (const load of [0.1, 1, 4]) {
    Deno.test(`a worker that wants ${load} cores has a share of ${cpuShare}`, () => {
      const machine = new Machine({ cores: 8, cpuShare });
      const worker = machine.start("a", load);
      machine.run(30_000);
      const most = Math.min(cpuShare, load) * 30_000;
      assert(worker.cpuMs <= most * 1.1 + 600, `${worker.cpuMs} of ${most}`);
      assert(worker.cpuMs >= most * 0.8, `${worker.cpuMs} of ${most}`);
    });
  }
}

Deno.test("CpuShares resumes a worker whose share is disposed of, and another has its turn", () => {
  const machine = new Machine({ cores: 2 });
  const [a, b] = [machine.start("a"), machine.start("b")];
  machine.run(3_000);
  assert(a.isHeld !== b.isHeld);
  const held = a.isHeld ? a : b;
  held.place[Symbol.dispose]();
  assertEquals(held.isHeld, false);
  assert(held.place.heldMs() > 0);
  machine.workers.splice(machine.workers.indexOf(held), 1);
  machine.run(1_000);
  assertEquals(machine.workers.map(({ isHeld }) => isHeld), [false]);
});

Deno.test("CpuShares ends only the burning programs of a principal that used too much", () => {
  let now = 0;
  const principals = new PrincipalCpu({ maxMs: 1_000, now: () => now });
  const shares = new CpuShares({ cpuShare: 8, cores: 8, principals, now: () => now });
  const worker = { hold() {}, resume() {}, waitedMs: () => 0, putBehind() {} };
  const [burns, waits, other] = ["a", "a", "b"].map((name) => shares.join(worker, name));
  let last: string[] = [];
  for (; now < 2_000; now += 50) {
    last = [burns!.used(now), waits!.used(now / 100), other!.used(now / 2)];
  }
  assertEquals(last, ["principal_over", "fits", "fits"]);
  principals.add("b", 10_000);
  assertEquals(other!.used(now), "principal_over");
});

Deno.test("PrincipalCpu refuses a principal that used too much until its use has left the window", () => {
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

Deno.test("PrincipalCpu counts the use of each principal apart", () => {
  const cpu = new PrincipalCpu({ maxMs: 1_000, now: () => 0 });
  cpu.add("a", 100_000);
  assertEquals([cpu.isOver("a"), cpu.isOver("b"), cpu.isOver("owner")], [true, false, false]);
});

Deno.test("PrincipalCpu counts a use for a minute and no longer", () => {
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
