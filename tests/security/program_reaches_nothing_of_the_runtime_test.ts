import { assert, assertEquals } from "@std/assert";
import { startTestRuntime } from "../fixtures/test_runtime.ts";

const program = await Deno.readTextFile(
  new URL("../fixtures/programs/walks_its_realm.ts", import.meta.url),
);

Deno.test("whatever a program calls and replaces, it reaches nothing of the runtime", async () => {
  // The handle that the walk must find stands elsewhere each time.
  const seed = Number(
    Deno.env.get("AIRLOCK_TEST_SEED") ?? crypto.getRandomValues(new Uint16Array(1))[0]! + 1,
  );
  // Bounded by what there is to visit; a machine that is busy takes longer.
  await using runtime = await startTestRuntime({
    servers: ["crm"],
    limits: { timeoutMs: 110_000, cpuMs: 60_000 },
  });
  const { status, value, error } = await runtime.run({
    code: program.replace("const SEED = 1;", `const SEED = ${seed};`),
  });
  const about = `seed ${seed}: ${JSON.stringify({ value, error })}`;
  assertEquals(status, "completed", about);
  const { canaries, found, visited, called } = value as Record<string, number> & {
    found: string[];
  };
  assertEquals(found, [], about);
  assert(canaries! > 0, about);
  assert(visited! > 8_000 && called! > 8_000, about);
});
