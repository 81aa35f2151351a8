import { assert, assertEquals, assertRejects } from "@std/assert";
import { AirlockError } from "../../src/model/errors.ts";
import { findLaunchers } from "../../src/process/find_command.ts";
import { startReaper } from "../../src/process/start_reaper.ts";
import { WorkError } from "../../src/work/job.ts";
import { createWorkPool } from "../../src/work/work_pool.ts";

const entry = new URL("../fixtures/work_jobs.ts", import.meta.url);
const launchers = await findLaunchers();
const BUDGET_MS = 20_000;

async function open(
  stack: AsyncDisposableStack,
  options: Partial<Parameters<typeof createWorkPool>[0]> = {},
) {
  const reaper = stack.use(await startReaper());
  return stack.use(createWorkPool({ reaper, launchers, entry, slots: 1, ...options }));
}

Deno.test("WorkPool.run() resolves to a job's value, and one child does many jobs", async () => {
  await using stack = new AsyncDisposableStack();
  const pool = await open(stack);
  const mine = { principal: "ada", budgetMs: BUDGET_MS };
  assertEquals(await pool.run("echo", { a: [1, "ü", null] }, mine), { a: [1, "ü", null] });
  const pids = [await pool.run("pid", null, mine), await pool.run("pid", null, mine)];
  assertEquals(pids[0], pids[1]);
});

Deno.test("a work child has no permission", async () => {
  await using stack = new AsyncDisposableStack();
  const pool = await open(stack);
  const rights = await pool.run("rights", null, { principal: "ada", budgetMs: BUDGET_MS });
  assertEquals((rights as string[]).filter((right) => / granted$/.test(right)), []);
});

Deno.test("WorkPool.run() rejects with the code, position and hint of what a job throws", async () => {
  await using stack = new AsyncDisposableStack();
  const pool = await open(stack);
  const error = await assertRejects(
    () => pool.run("refuse", null, { principal: "ada", budgetMs: BUDGET_MS }),
    AirlockError,
    "Cannot read program: no",
  );
  assertEquals(error.code, "PROGRAM_SYNTAX");
  assertEquals(error.position, { line: 2, column: 3 });
  assertEquals(error.hint, "Write another");
});

for (const [name, reason] of [["spin", "budget"], ["die", "lost"], ["exhaust", "lost"]] as const) {
  Deno.test(`a job that ends by ${reason} (${name}) costs its own child, and the next has another`, async () => {
    await using stack = new AsyncDisposableStack();
    const pool = await open(stack);
    const budgetMs = reason === "budget" ? 300 : BUDGET_MS;
    const error = await assertRejects(
      () => pool.run(name, 60_000, { principal: "ada", budgetMs }),
      WorkError,
    );
    assertEquals(error.reason, reason);
    assertEquals(await pool.run("echo", 1, { principal: "ada", budgetMs: BUDGET_MS }), 1);
  });
}

Deno.test("WorkPool.run() ends a cancelled job, running or waiting", async () => {
  await using stack = new AsyncDisposableStack();
  const pool = await open(stack);
  const cancelling = new AbortController();
  const options = { principal: "ada", budgetMs: BUDGET_MS, signal: cancelling.signal };
  const jobs = Array.from({ length: 4 }, () => pool.run("spin", 60_000, options));
  const first = pool.run("echo", 1, { principal: "bob", budgetMs: BUDGET_MS });
  assertEquals(await first, 1);
  cancelling.abort();
  for (const job of jobs) {
    assertEquals((await assertRejects(() => job, AirlockError)).code, "CANCELLED");
  }
  assertEquals(await pool.run("echo", 2, { principal: "ada", budgetMs: BUDGET_MS }), 2);
});

Deno.test("one principal's long jobs, however many, do not delay another's short one", async () => {
  await using stack = new AsyncDisposableStack();
  const pool = await open(stack);
  let longDone = 0;
  const long = Array.from(
    { length: 8 },
    () => pool.run("spin", 1_000, { principal: "ada", budgetMs: BUDGET_MS }).then(() => longDone++),
  );
  for (let index = 0; index < 5; index++) {
    await pool.run("spin", 20, { principal: "bob", budgetMs: BUDGET_MS });
  }
  assertEquals(longDone, 0);
  const ended = Promise.allSettled(long);
  await pool[Symbol.asyncDispose]();
  await ended;
});

Deno.test("a principal's long jobs do not delay its own short one of another kind", async () => {
  await using stack = new AsyncDisposableStack();
  const pool = await open(stack);
  const options = { principal: "ada", budgetMs: BUDGET_MS };
  let longDone = 0;
  const long = Array.from(
    { length: 8 },
    () => pool.run("spin", 1_500, options).then(() => longDone++),
  );
  for (let index = 0; index < 5; index++) await pool.run("echo", index, options);
  assertEquals(longDone, 0);
  const ended = Promise.allSettled(long);
  await pool[Symbol.asyncDispose]();
  await ended;
});

Deno.test("many principals' long jobs do not delay another's short one", async () => {
  await using stack = new AsyncDisposableStack();
  const pool = await open(stack);
  let longDone = 0;
  const long = Array.from(
    { length: 8 },
    (_, index) =>
      pool.run("spin", 1_000, { principal: `caller ${index}`, budgetMs: BUDGET_MS })
        .then(() => longDone++),
  );
  for (let index = 0; index < 3; index++) {
    await pool.run("spin", 10, { principal: "bob", budgetMs: BUDGET_MS });
  }
  assert(longDone <= 1, `${longDone} long ones were done`);
  const ended = Promise.allSettled(long);
  await pool[Symbol.asyncDispose]();
  await ended;
});

Deno.test("never more jobs run at once than there are slots", async () => {
  await using stack = new AsyncDisposableStack();
  const took = new Map<string, number>();
  const onCpu = (who: string, ms: number) => void took.set(who, (took.get(who) ?? 0) + ms);
  const pool = await open(stack, { onCpu });
  const began = performance.now();
  const jobs = ["ada", "bob", "eve"].map((principal) =>
    pool.run("spin", 400, { principal, budgetMs: BUDGET_MS })
  );
  await Promise.all(jobs);
  const wallMs = performance.now() - began;
  const cpuMs = [...took.values()].reduce((sum, ms) => sum + ms, 0);
  assertEquals([...took.keys()].toSorted(), ["ada", "bob", "eve"]);
  // Threads of the engine beside the one that works count too; two at once would be twice the time.
  assert(cpuMs < wallMs * 1.5, `${cpuMs} ms of CPU in ${wallMs} ms`);
});

Deno.test("a job that waits for the host's answer delays no other", async () => {
  await using stack = new AsyncDisposableStack();
  const pool = await open(stack);
  const { promise, resolve } = Promise.withResolvers<string>();
  const lookups = { slow: () => promise, fast: (length: number) => length };
  const asking = pool.run("ask", ["slow", "fast"], {
    principal: "ada",
    budgetMs: BUDGET_MS,
    lookups,
  });
  for (const principal of ["bob", "ada"]) {
    assertEquals(await pool.run("spin", 10, { principal, budgetMs: BUDGET_MS }), "spun");
  }
  resolve("late");
  assertEquals(await asking, ["late", 4]);
});

Deno.test("jobs that wait long for the host leave children for others", async () => {
  await using stack = new AsyncDisposableStack();
  const pool = await open(stack);
  const { promise, resolve } = Promise.withResolvers<string>();
  const asking = ["ada", "bob", "eve", "joe", "kim"].flatMap((principal) =>
    Array.from({ length: 2 }, () =>
      pool.run("ask", ["slow"], {
        principal,
        budgetMs: BUDGET_MS,
        lookups: { slow: () => promise },
      }))
  );
  assertEquals(await pool.run("echo", 1, { principal: "lea", budgetMs: BUDGET_MS }), 1);
  resolve("late");
  assertEquals(await Promise.all(asking), Array(10).fill(["late"]));
});

Deno.test("a job gets what a lookup throws, and an error for an unknown one", async () => {
  await using stack = new AsyncDisposableStack();
  const pool = await open(stack);
  const lookups = {
    no: () => {
      throw new AirlockError("IMPORT_REFUSED", "Cannot import: no");
    },
  };
  for (const [name, code] of [["no", "IMPORT_REFUSED"], ["toString", "INTERNAL"]] as const) {
    const options = { principal: "ada", budgetMs: BUDGET_MS, lookups };
    const error = await assertRejects(() => pool.run("ask", [name], options), AirlockError);
    assertEquals(error.code, code);
  }
});

Deno.test("WorkPool.run() refuses too many jobs of one principal, and not another's", async () => {
  await using stack = new AsyncDisposableStack();
  const pool = await open(stack);
  const options = { principal: "ada", budgetMs: BUDGET_MS };
  const jobs = Array.from({ length: 64 }, () => pool.run("spin", 60_000, options));
  const refused = await assertRejects(() => pool.run("echo", 1, options), AirlockError);
  assertEquals(refused.code, "BUSY");
  assertEquals(await pool.run("echo", 1, { ...options, principal: "bob" }), 1);
  const ended = Promise.allSettled(jobs);
  await pool[Symbol.asyncDispose]();
  for (const { status } of await ended) assertEquals(status, "rejected");
});

Deno.test("WorkPool ends resting children, and starts new ones", async () => {
  await using stack = new AsyncDisposableStack();
  const pool = await open(stack, { restMs: 1 });
  const mine = { principal: "ada", budgetMs: BUDGET_MS };
  const pid = await pool.run("pid", null, mine) as number;
  while (await isAlive(pid));
  assert(await pool.run("pid", null, mine) !== pid);
});

async function isAlive(pid: number): Promise<boolean> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  try {
    await Deno.stat(`/proc/${pid}`);
    return true;
  } catch {
    return false;
  }
}
