import { assert, assertEquals, assertRejects } from "@std/assert";
import { AirlockError } from "../../src/model/errors.ts";
import { CallJournal } from "../../src/calls/call_journal.ts";
import { encodeBody } from "../../src/model/frames.ts";
import { RunJournal } from "../../src/storage/run_journal.ts";
import type { StoredRecord } from "../../src/storage/stored_run.ts";
import { memoryStorage } from "../fixtures/storage/memory_storage.ts";
import { until } from "../fixtures/until.ts";

/** A run whose program is run again and again, each time with what is written down until then. */
class TestRun implements AsyncDisposable {
  readonly #storage = memoryStorage();
  readonly store = new RunJournal(this.#storage, { hostId: "host" });
  readonly made: string[] = [];
  #halted = Promise.withResolvers<AirlockError>();

  get halted(): Promise<AirlockError> {
    return this.#halted.promise;
  }

  record(): Promise<StoredRecord> {
    return this.store.record("run_1");
  }

  async begin(options: Partial<ConstructorParameters<typeof CallJournal>[0]> = {}) {
    const request = { code: "", permission: "full" } as const;
    const begun = { programHash: "", seed: "", startedAt: 0, requestDigest: "" };
    await this.store.begin({ runId: "run_1", request, ...begun });
    this.#halted = Promise.withResolvers();
    const recorder = new CallJournal({
      run: { runId: "run_1", principal: "" },
      store: this.store,
      record: await this.record(),
      gate: { admit: () => Promise.resolve([]), spend: () => Promise.resolve(true) },
      signal: new AbortController().signal,
      show: {
        beginning: (input) => Promise.resolve(JSON.stringify(input)),
        whole: (input) => Promise.resolve({ text: JSON.stringify(input) }),
      },
      halt: (error) => this.#halted.resolve(error),
      bounds: { slackMs: 20 },
      ...options,
    });
    const call = async (tool: string, answer: () => unknown = () => tool) => {
      const asked = { server: "s", tool, arguments: {}, effect: "each" } as const;
      const { body } = await recorder.perform(asked, async () => {
        this.made.push(tool);
        return encodeBody(await answer());
      });
      return JSON.parse(new TextDecoder().decode(body));
    };
    return { recorder, call };
  }

  [Symbol.asyncDispose]() {
    return this.#storage[Symbol.asyncDispose]();
  }
}

/** Runs `a` and `b` at once, `b` being answered first. */
async function runBoth(run: TestRun): Promise<void> {
  const { recorder, call } = await run.begin();
  const { promise: later, resolve } = Promise.withResolvers<string>();
  const first = call("a", () => later);
  await call("b");
  resolve("a");
  await first;
  recorder.close();
}

Deno.test("CallJournal ends a program that makes its calls in another order than before", async () => {
  for (const other of ["c", "b"]) {
    await using run = new TestRun();
    {
      const { recorder, call } = await run.begin();
      for (const tool of ["a", "b"]) await call(tool);
      recorder.close();
    }
    const { recorder, call } = await run.begin();
    call(other);
    const { code, message } = await run.halted;
    assertEquals(code, "REPLAY_DIVERGED");
    assert(message.includes("call 1, s.a with {}; s." + other + " instead"), message);
    recorder.close();
    assertEquals(run.made, ["a", "b"]);
  }
});

Deno.test("CallJournal ends a program that comes to one of two calls that were made at once", async () => {
  for (const waiting of ["a", "c"]) {
    await using run = new TestRun();
    await runBoth(run);
    const { recorder, call } = await run.begin();
    call(waiting);
    const { code, message } = await run.halted;
    assertEquals(code, "REPLAY_DIVERGED");
    assert(message.includes(waiting === "a" ? "call 2, s.b" : "call 1, s.a"), message);
    recorder.close();
    assertEquals(run.made, ["a", "b"]);
  }
});

Deno.test("CallJournal lets no new call overtake those that were made, in the order of their answers", async () => {
  await using run = new TestRun();
  await runBoth(run);
  const { recorder, call } = await run.begin();
  const order: string[] = [];
  const all = ["c", "a", "b"].map(async (tool) => order.push(await call(tool)));
  await Promise.all(all);
  assertEquals([order, run.made], [["b", "a", "c"], ["a", "b", "c"]]);
  assertEquals(recorder.checkEnd(), undefined);
  recorder.close();
});

Deno.test("CallJournal waits as long for a call as the program took to come to it", async () => {
  await using run = new TestRun();
  await runBoth(run);
  const { calls } = await run.record();
  const late = calls.map((call) => ({ ...call, begunMs: 60_000 }));
  const { recorder, call } = await run.begin({
    record: { calls: late, clockReads: [] },
    bounds: { slackMs: 0 },
  });
  let isHalted = false;
  run.halted.then(() => isHalted = true);
  const next = call("c");
  // Longer than the slack; no less could show it.
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert(!isHalted);
  await Promise.all([call("a"), call("b"), next]);
  assertEquals(run.made, ["a", "b", "c"]);
  recorder.close();
});

Deno.test("CallJournal makes no call again whose answer was too large to be kept, and says so", async () => {
  await using run = new TestRun();
  {
    const { recorder, call } = await run.begin({ bounds: { slackMs: 20, maxKeptBytes: 100 } });
    await call("small");
    assertEquals((await call("large", () => "x".repeat(100))).length, 100);
    await assertRejects(() => call("refused", () => Promise.reject(denied())), AirlockError);
    recorder.close();
  }
  assertEquals((await run.record()).calls.map(({ settled }) => settled!.kind), [
    "answer",
    "unkept",
    "refusal",
  ]);
  const { recorder, call } = await run.begin();
  assertEquals(await call("small"), "small");
  call("large");
  const { code, message } = await run.halted;
  assertEquals([code, message.includes("s.large")], ["NOT_RESUMABLE", true]);
  assertEquals(run.made, ["small", "large", "refused"]);
  assertEquals(recorder.effects().map(({ tool, state }) => [tool, state]), [
    ["small", "done"],
    ["large", "done"],
  ]);
  recorder.close();
});

Deno.test("CallJournal counts what was kept before a program is run again", async () => {
  await using run = new TestRun();
  for (const tools of [["a"], ["a", "b"]]) {
    const { recorder, call } = await run.begin({ bounds: { slackMs: 20, maxKeptBytes: 100 } });
    for (const tool of tools) await call(tool, () => "x".repeat(60));
    recorder.close();
  }
  assertEquals((await run.record()).calls.map(({ settled }) => settled!.kind), [
    "answer",
    "unkept",
  ]);
});

Deno.test("CallJournal makes a call that was under way again only where that does no harm", async () => {
  for (const effect of ["none", "same", "each"] as const) {
    await using run = new TestRun();
    const asked = { server: "s", tool: "a", arguments: {}, effect } as const;
    const first = await run.begin();
    // The host dies before the answer.
    first.recorder.perform(asked, () => new Promise(() => {}));
    await until(async () => (await run.record()).calls.length > 0);
    first.recorder.close();
    const { recorder } = await run.begin();
    const again = recorder.perform(asked, () => Promise.resolve(encodeBody("again")));
    if (effect === "each") {
      const { code, message } = await run.halted;
      assertEquals([code, message.includes("s.a with {}")], ["CALL_IN_DOUBT", true]);
      assertEquals(recorder.effects().map(({ state }) => state), ["unknown"]);
    } else {
      assertEquals(new TextDecoder().decode((await again).body), '"again"');
      assertEquals(recorder.effects().map(({ state }) => state), effect === "none" ? [] : ["done"]);
    }
    recorder.close();
  }
});

Deno.test("CallJournal gives a program the same refusal at the same place, and asks no gate again", async () => {
  await using run = new TestRun();
  const spend = () => Promise.resolve(true);
  const refusing = { admit: () => Promise.reject(denied()), spend };
  const again = { admit: () => Promise.reject(new Error("asked again")), spend };
  for (const gate of [refusing, again]) {
    const { recorder, call } = await run.begin({ gate });
    const error = await assertRejects(() => call("refused"), AirlockError);
    assertEquals([error.code, error.message], ["TOOL_DENIED", denied().message]);
    assertEquals(recorder.effects(), []);
    recorder.close();
  }
  assertEquals(run.made, []);
});

function denied(): AirlockError {
  return new AirlockError("TOOL_DENIED", "Cannot call s.refused: it may not be");
}
