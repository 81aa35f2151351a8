import { assert, assertEquals } from "@std/assert";
import { startTestRuntime, type TestRuntime } from "../fixtures/test_runtime.ts";
import type { RunResult } from "../../src/result/run_result.ts";
import { type AttackProgram, attackPrograms } from "./attack_programs.ts";
import { type Canaries, CANARY, plantCanaries } from "./canaries.ts";

/** What only an operating system's walls can stop: nothing. */
const OUT_WITHOUT_WALLS: readonly string[] = [];

/** Long enough for an attack to succeed; one that would go on longer has ended at its limit. */
const TIMEOUT_MS = 5_000;

const AT_ONCE = 4;

Deno.test("no attack of the corpus gets out", async () => {
  await using canaries = await plantCanaries();
  const programs = await attackPrograms(canaries);
  if (programs === undefined) {
    console.log("skipped: the corpus of attack programs is not there");
    return;
  }
  assert(programs.length > 0);
  await using runtime = await startTestRuntime();
  const escaped = await findEscapes(programs, { runtime, canaries });
  assertEquals(escaped.sort(), OUT_WITHOUT_WALLS);
  // Whoever touched it, nothing else ran.
  assertEquals(canaries.touched(), []);
});

Deno.test("a program that gets out would be seen", async () => {
  await using canaries = await plantCanaries();
  await using runtime = await startTestRuntime();
  const scene = { runtime, canaries };
  const program = { name: "x.ts", twice: false, needsLink: false };
  const loud = [`console.log("ESCAPED:x");`, `return "${CANARY}-x";`, `throw "${CANARY}";`];
  for (const code of loud) assert(await escapes({ ...program, code }, scene), code);
  assertEquals(await escapes({ ...program, code: "return 1;" }, scene), false);
  await Deno.writeTextFile(`${canaries.folder}/new`, "");
  await fetch(`http://127.0.0.1:${canaries.port}/`).then((response) => response.text());
  assertEquals(canaries.touched().map((what) => what.replace(/.*\//, "")), ["tcp", "new 0"]);
});

interface Scene {
  readonly runtime: TestRuntime;
  readonly canaries: Canaries;
}

async function findEscapes(programs: readonly AttackProgram[], scene: Scene): Promise<string[]> {
  const escaped: string[] = [];
  const waiting = [...programs];
  const runNext = async () => {
    for (let program; (program = waiting.shift()) !== undefined;) {
      if (await escapes(program, scene)) escaped.push(program.name);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, runNext));
  return escaped;
}

async function escapes(
  { name, code, twice, needsLink }: AttackProgram,
  { runtime, canaries }: Scene,
): Promise<boolean> {
  const session = name.replaceAll(/\W/g, "-");
  if (needsLink) {
    await Deno.mkdir(`${runtime.root}/workspace/${session}`, { recursive: true });
    await Deno.symlink(canaries.folder, `${runtime.root}/workspace/${session}/link-out`);
  }
  let inspector = false;
  for (let round = 0; round < (twice ? 2 : 1); round++) {
    const checks: Promise<boolean>[] = [];
    const result = await runtime.run({
      code,
      session,
      timeoutMs: TIMEOUT_MS,
      onEvent: ({ type }) => {
        if (type === "log" && checks.length < 10) checks.push(answers(9229));
      },
    });
    // The program sent the signal; whether that opened anything is what the port says.
    inspector ||= (await Promise.all(checks)).includes(true);
    if (inspector || saysEscaped(result)) return true;
  }
  return false;
}

function saysEscaped({ value, logs, error }: RunResult): boolean {
  const text = JSON.stringify({ value, logs, error });
  return text.includes(CANARY) || /ESCAPED:(?!sigusr1-sent)/.test(text);
}

async function answers(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return true;
  } catch {
    return false;
  }
}
