import { assert, assertEquals, assertRejects } from "@std/assert";
import { RunSlots } from "../../src/gateway/run_slots.ts";
import { startGateway } from "../../src/gateway/start_gateway.ts";
import { AirlockError } from "../../src/model/errors.ts";
import { createFakeRuntime } from "./fake_runtime.ts";

const CLIENTS = 200;
const RUNNING = 16;
/** As many as run may wait. */
const TAKEN = 2 * RUNNING;

Deno.test("the gateway runs some of 200 concurrent clients, queues as many, and tells the rest when to retry", async () => {
  const state = await Deno.makeTempDir();
  const release = Promise.withResolvers<void>();
  let under = 0;
  let most = 0;
  const runtime = await createFakeRuntime({
    config: { folders: { state }, gateway: { port: 0, concurrentRuns: RUNNING } },
    programs: {
      async waits() {
        most = Math.max(most, ++under);
        await release.promise;
        under--;
        return "done";
      },
    },
  });
  const gateway = await startGateway(runtime);
  const token = (await Deno.readTextFile(gateway.tokenPath)).trim();
  let refused = 0;
  const ask = async () => {
    const response = await fetch(`${gateway.url}/v1/runs`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ code: "waits" }),
    });
    const { value, code } = await response.json();
    if (response.status === 503) {
      assert(Number(response.headers.get("retry-after")) > 0);
      assertEquals(code, "BUSY");
      // Nobody who is sent away waits for those that run: they end when all others have heard.
      if (++refused === CLIENTS - TAKEN) release.resolve();
    }
    return [response.status, value];
  };
  try {
    const answers = await Promise.all(Array.from({ length: CLIENTS }, ask));
    const served = answers.filter(([status]) => status === 200);
    assertEquals(served, Array(TAKEN).fill([200, "done"]));
    assertEquals([answers.length - served.length, most], [refused, RUNNING]);
  } finally {
    await runtime[Symbol.asyncDispose]();
    await gateway.stop();
    await Deno.remove(state, { recursive: true });
  }
});

const LONG_MS = 600_000;
const staying = () => new AbortController().signal;

async function refusal(taking: Promise<unknown>): Promise<string> {
  return (await assertRejects(() => taking, AirlockError)).code;
}

Deno.test("RunSlots admits as many runs as are allowed, and refuses the rest", async () => {
  const slots = new RunSlots({ running: 2, waiting: 0, waitMs: LONG_MS });
  const first = await slots.take(staying());
  await slots.take(staying());
  assertEquals(await refusal(slots.take(staying())), "BUSY");
  first[Symbol.dispose]();
  await slots.take(staying());
});

Deno.test("RunSlots admits waiting runs in order", async () => {
  const slots = new RunSlots({ running: 1, waiting: 2, waitMs: LONG_MS });
  const entered: string[] = [];
  const running = await slots.take(staying());
  const second = slots.take(staying()).then((slot) => (entered.push("second"), slot));
  const third = slots.take(staying()).then((slot) => (entered.push("third"), slot));
  assertEquals(await refusal(slots.take(staying())), "BUSY");
  running[Symbol.dispose]();
  (await second)[Symbol.dispose]();
  (await third)[Symbol.dispose]();
  assertEquals(entered, ["second", "third"]);
});

Deno.test("a slot disposed twice admits only one run", async () => {
  const slots = new RunSlots({ running: 1, waiting: 2, waitMs: 1 });
  const running = await slots.take(staying());
  const second = slots.take(staying());
  running[Symbol.dispose]();
  running[Symbol.dispose]();
  await second;
  assertEquals(await refusal(slots.take(staying())), "BUSY");
});

Deno.test("a run that waits too long is refused, and takes no slot", async () => {
  const slots = new RunSlots({ running: 1, waiting: 1, waitMs: 1 });
  const running = await slots.take(staying());
  assertEquals(await refusal(slots.take(staying())), "BUSY");
  running[Symbol.dispose]();
  await slots.take(staying());
});

Deno.test("a client that disconnects during the wait takes no slot", async () => {
  const slots = new RunSlots({ running: 1, waiting: 1, waitMs: LONG_MS });
  const leaving = new AbortController();
  const running = await slots.take(staying());
  const waiting = slots.take(leaving.signal);
  leaving.abort();
  running[Symbol.dispose]();
  assertEquals(await refusal(waiting), "CANCELLED");
  await slots.take(staying());
});

Deno.test("the run of a client that disconnects is cancelled", async () => {
  const slots = new RunSlots({ running: 2, waiting: 0, waitMs: LONG_MS });
  const leaving = new AbortController();
  const slot = await slots.take(leaving.signal);
  assert(!slot.signal.aborted);
  leaving.abort();
  assert(slot.signal.aborted);
  assert((await slots.take(leaving.signal)).signal.aborted);
});

Deno.test("closed RunSlots admit no run, and are idle when the last has ended", async () => {
  const slots = new RunSlots({ running: 1, waiting: 1, waitMs: LONG_MS });
  let idle = false;
  const ending = slots.idle.then(() => idle = true);
  const running = await slots.take(staying());
  const waiting = slots.take(staying());
  slots.close();
  assertEquals(await refusal(waiting), "BUSY");
  assertEquals(await refusal(slots.take(staying())), "BUSY");
  assert(!idle && !running.signal.aborted);
  slots.cancelAll();
  assert(running.signal.aborted && !idle);
  running[Symbol.dispose]();
  await ending;
});

Deno.test("RunSlots without a run are idle as soon as they are closed", async () => {
  const slots = new RunSlots({ running: 1, waiting: 1, waitMs: LONG_MS });
  slots.close();
  await slots.idle;
});

Deno.test("a run that outlives its client is cancelled with all, and never begins without the client", async () => {
  const leaving = new AbortController();
  const slots = new RunSlots({ running: 1, waiting: 1, waitMs: 60_000 });
  const slot = await slots.take(leaving.signal, { whenGone: "go on" });
  const waiting = slots.take(leaving.signal, { whenGone: "go on" });
  leaving.abort();
  assert(!slot.signal.aborted);
  assertEquals(await refusal(waiting), "CANCELLED");
  slots.cancelAll();
  assert(slot.signal.aborted);
});
