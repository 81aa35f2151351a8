import { assert, assertEquals, assertRejects } from "@std/assert";
import { AirlockError } from "../../src/model/errors.ts";
import { offerTier } from "../../src/sandbox/open_tier.ts";
import { sampled } from "../fixtures/sampled.ts";
import { startTestRuntime } from "../fixtures/test_runtime.ts";
import { descendants } from "../process/descendants.ts";

const ignoreHere = Deno.build.os !== "linux";
const BURN = "for (;;);";
const slots = Math.max(1, navigator.hardwareConcurrency - 1);

function asker(name: string) {
  return { principal: { name, permission: "full" as const } };
}

/** How many of the workers stand still, and how many go on. */
async function states(): Promise<{ held: number; going: number }> {
  let held = 0;
  let going = 0;
  for (const pid of await descendants(Deno.pid)) {
    const line = await Deno.readTextFile(`/proc/${pid}/cmdline`).catch(() => "");
    const stat = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => "");
    if (!line.includes("stub.js") || !/^[^\0]*deno\0/.test(line)) continue;
    if (stat.slice(stat.lastIndexOf(")") + 2).startsWith("T")) held++;
    else going++;
  }
  return { held, going };
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 240_000; // for a machine that has more to do than this test
  while (performance.now() < deadline) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("It did not come to be");
}

for (const tier of sampled(["process", "bubblewrap"] as const, { keep: 1, name: "held" })) {
  const { create } = await offerTier({ tier });
  const ignore = ignoreHere || create === undefined;
  const isolation = { tier };

  Deno.test(`of programs that burn some are held, others run, and all can be ended (${tier})`, {
    ignore,
  }, async () => {
    // On a busy machine it takes its time until all are there: none ends before.
    const limits = { cpuMs: 3_600_000, principalCpuMs: 86_400_000 };
    await using runtime = await startTestRuntime({ isolation, limits });
    const burners = slots + 2;
    const controller = new AbortController();
    const running = Array.from(
      { length: burners },
      () =>
        runtime.run({
          code: BURN,
          ...asker("a"),
          signal: controller.signal,
          timeoutMs: 280_000,
        }),
    );
    await until(async () => {
      const { held, going } = await states();
      return held > 0 && held + going === burners;
    });
    const other = await runtime.run({ code: "return 1;", ...asker("b") });
    assertEquals([other.status, other.value], ["completed", 1]);
    await until(async () => (await states()).held > 0);
    controller.abort();
    const ended = await Promise.all(running);
    assertEquals(ended.map(({ status }) => status), ended.map(() => "cancelled"));
    assert(ended.some(({ usage }) => usage.heldMs !== undefined && usage.heldMs > 0));
  });

  Deno.test(`a program that is held ends at its time all the same (${tier})`, {
    ignore,
  }, async () => {
    await using runtime = await startTestRuntime({ isolation, limits: { cpuShare: 0.05 } });
    const { status, usage } = await runtime.run({ code: BURN, timeoutMs: 2_500 });
    assertEquals(status, "timed_out");
    assert(usage.cpuMs! < 1_000, `${usage.cpuMs} ms of CPU in ${usage.wallMs} ms`);
  });
}

Deno.test("what a program says before its end is heard, held or not", {
  ignore: ignoreHere,
}, async () => {
  await using runtime = await startTestRuntime({ limits: { cpuShare: 0.2 } });
  const { status, value, logs, escapeAttempts } = await runtime.run({
    code: `let n = 0; for (let i = 0; i < 4e8; i++) n += i % 3;
try { Deno.statSync("/etc/shadow"); } catch {}
for (let i = 0; i < 500; i++) console.log("line", i);
return n;`,
  });
  assertEquals([status, value], ["completed", 399999999]);
  assertEquals([logs.length, escapeAttempts.length], [500, 1]);
});

Deno.test("an honest program of two seconds of CPU time completes by default", {
  ignore: ignoreHere,
}, async () => {
  await using runtime = await startTestRuntime();
  const { status, value, usage } = await runtime.run({
    code: `let n = 0; for (let i = 0; i < 5e9; i++) n = (n + i) | 0; return "done";`,
    timeoutMs: 120_000, // for a machine that has more to do than this test
  });
  assertEquals([status, value], ["completed", "done"]);
  assert(usage.cpuMs! > 1_000, String(usage.cpuMs));
});

Deno.test("who used too much CPU time must wait, the owner too, and nobody else", {
  ignore: ignoreHere,
}, async () => {
  await using runtime = await startTestRuntime({ limits: { principalCpuMs: 1_000 } });
  for (const who of [asker("a"), {}]) {
    const { status, error } = await runtime.run({ code: BURN, ...who });
    assertEquals([status, error?.limit?.name], ["over_limit", "principalCpuMs"]);
    const refusal = await assertRejects(
      () => runtime.run({ code: "return 1;", ...who }),
      AirlockError,
    );
    assertEquals([refusal.code, refusal.retry], ["BUSY", true]);
    assert(refusal.retryAfterSeconds! > 0 && refusal.retryAfterSeconds! <= 60);
    const other = await runtime.run({ code: "return 1;", ...asker("b") });
    assertEquals(other.status, "completed");
  }
});
