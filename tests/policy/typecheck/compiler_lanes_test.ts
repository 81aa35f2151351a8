import { assertEquals, assertRejects } from "@std/assert";
import { AirlockError } from "../../../src/model/errors.ts";
import { CompilerLanes } from "../../../src/policy/typecheck/compiler_lanes.ts";
import type {
  CheckInput,
  CompilerProcess,
} from "../../../src/policy/typecheck/compiler_process.ts";
import { NO_SKILLS } from "../../../src/policy/typecheck/program_files.ts";

const ENDLESS = "endless";

/** A compiler that never ends with one text, and at once with any other. */
class FakeCompiler {
  /** No process has it, so that time counts as CPU time. */
  readonly pid = -1;
  readonly files = undefined;
  isGone = false;
  isStopped = false;
  #fail: (error: Error) => void = () => {};

  async check({ text }: CheckInput): Promise<never[]> {
    if (text !== ENDLESS) return [];
    const { promise, reject } = Promise.withResolvers<never[]>();
    this.#fail = reject;
    return await promise;
  }

  kill(): void {
    this.isGone = true;
    this.#fail(new Error("killed"));
  }

  stop(): void {
    this.isStopped = true;
  }

  goOn(): void {
    this.isStopped = false;
  }
}

function open(timeoutMs = 60_000) {
  const compilers: FakeCompiler[] = [];
  const lanes = new CompilerLanes({
    timeoutMs,
    start() {
      const compiler = new FakeCompiler();
      compilers.push(compiler);
      return Promise.resolve(compiler as unknown as CompilerProcess);
    },
  });
  const check = (principal: string, text: string) =>
    lanes.check({
      principal,
      input: { text, reading: "observed", used: { wrappers: [], skills: [], library: NO_SKILLS } },
    });
  return { lanes, compilers, check, [Symbol.dispose]: () => lanes.close() };
}

Deno.test("one caller's checks, however many and long, do not stand before another's", async () => {
  using opened = open();
  for (let index = 0; index < 5; index++) void opened.check("ada", ENDLESS);
  for (let index = 0; index < 5; index++) {
    assertEquals((await opened.check("bob", "quick")).kind, "checked");
  }
  assertEquals(opened.compilers.length, 2);
});

Deno.test("two callers' long checks make room for a third's short one", async () => {
  using opened = open();
  void opened.check("ada", ENDLESS);
  void opened.check("bob", ENDLESS);
  assertEquals((await opened.check("eve", "quick")).kind, "checked");
});

Deno.test("of two long checks one stands still while the other goes on", async () => {
  using opened = open();
  void opened.check("ada", ENDLESS);
  void opened.check("bob", ENDLESS);
  const areStopped = () => opened.compilers.filter(({ isStopped }) => isStopped).length;
  while (areStopped() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  assertEquals(areStopped(), 1);
});

Deno.test("a check that takes longer than it may ends, and the next has a compiler", async () => {
  using opened = open(50);
  assertEquals((await opened.check("ada", ENDLESS)).kind, "over_budget");
  assertEquals((await opened.check("ada", "quick")).kind, "checked");
});

Deno.test("too many checks of one caller are refused, another's are not", async () => {
  using opened = open();
  for (let index = 0; index < 33; index++) void opened.check("ada", ENDLESS);
  const error = await assertRejects(() => opened.check("ada", "quick"), AirlockError);
  assertEquals(error.code, "BUSY");
  assertEquals((await opened.check("bob", "quick")).kind, "checked");
});
