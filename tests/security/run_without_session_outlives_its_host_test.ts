import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { openLocalStorage } from "../../src/storage/local_storage.ts";
import { SessionVaults } from "../../src/privacy/vault/session_vaults.ts";
import { RunVaults } from "../../src/privacy/vault/run_vaults.ts";
import { rotateKey } from "../../src/privacy/vault/rotate_key.ts";
import type { RunResult } from "../../src/model/run_result.ts";
import { startTestRuntime, type TestRuntime } from "../fixtures/test_runtime.ts";
import { assertAbsent, filesIn, SEEDED } from "../fixtures/watched_runtime.ts";

/** Its second call waits for a person, with a token of the first one's answer. */
const CODE = `import { get } from "./servers/people/get.ts";
import { take } from "./servers/people/take.ts";
const { email, zip } = await get({ what: "person" });
await take({ to: email });
return [email, zip];`;

const people = new URL("../fixtures/servers/people.ts", import.meta.url).pathname;

interface Place extends AsyncDisposable {
  readonly root: string;
  readonly outside: string;
  start(residency?: "tokens" | "boundary"): Promise<TestRuntime>;
  /** Arguments that the server got from `take`. */
  taken(): Promise<unknown[]>;
  /** What is kept of runs' own vaults. */
  vaults(): Promise<string[]>;
}

async function makePlace(): Promise<Place> {
  const root = await Deno.makeTempDir();
  const outside = await Deno.makeTempDir();
  const answers = join(outside, "answers.json");
  const log = join(outside, "people.jsonl");
  await Deno.writeTextFile(answers, JSON.stringify({ person: SEEDED }));
  return {
    root,
    outside,
    start: (residency = "tokens") =>
      startTestRuntime({
        root,
        mcpServers: {
          people: { command: "deno", args: ["run", "-A", people, answers, log] },
        },
        privacy: { residency },
        approvals: { rules: [{ tool: "take", then: "require" }], waitMs: 0, holdMs: 0 },
      }),
    async taken() {
      const text = await Deno.readTextFile(log).catch(() => "");
      return text.split("\n").filter(Boolean).map((line) => JSON.parse(line))
        .filter(({ tool }) => tool === "take").map(({ args }) => args);
    },
    vaults: async () => await filesIn(join(root, ".airlock", "vaults", "runs")).catch(() => []),
    async [Symbol.asyncDispose]() {
      await Deno.remove(root, { recursive: true });
      await Deno.remove(outside, { recursive: true });
    },
  };
}

async function approve({ approvals }: TestRuntime, id: string): Promise<void> {
  await approvals.decide(id, { decision: "approve", scope: "once", by: "test" });
}

for (const residency of ["tokens", "boundary"] as const) {
  Deno.test(`a run that waits goes on in another host with its values, residency ${residency}`, async () => {
    await using place = await makePlace();
    let waiting: RunResult;
    {
      await using runtime = await place.start(residency);
      waiting = await runtime.run({ code: CODE });
      assertEquals([waiting.status, await place.taken()], ["waiting", []]);
      assert((await place.vaults()).length > 0);
    }
    const texts = (await place.vaults()).map((file) => Deno.readTextFile(file));
    assertAbsent((await Promise.all(texts)).join("\n"));
    {
      await using runtime = await place.start(residency);
      await approve(runtime, waiting.approvals[0]!);
      const result = await runtime.resume(waiting.runId);
      assertEquals([result.status, result.error], ["completed", null]);
      assertEquals(await place.taken(), [{ to: SEEDED.email }]);
      assertAbsent(JSON.stringify(result));
    }
    assertEquals(await place.vaults(), []);
  });
}

Deno.test("a key is changed while a run waits, and not while it is in use", async () => {
  await using place = await makePlace();
  await using runtime = await place.start();
  const { config } = runtime;
  await using storage = openLocalStorage(config.folders.state);
  const all = {
    vaults: new SessionVaults(config, storage),
    runVaults: new RunVaults(config, storage),
  };
  const { runId, approvals } = await runtime.run({ code: CODE });
  const before = await Deno.readTextFile(config.privacy.key.file);
  {
    const held = await all.runVaults.hold(runId);
    const error = await rotateKey(config.privacy.key, all).catch((error) => error);
    assertEquals(error.code, "BUSY");
    await held.release();
  }
  await rotateKey(config.privacy.key, all);
  const after = await Deno.readTextFile(config.privacy.key.file);
  assert(!after.includes(before.trim()));
  await approve(runtime, approvals[0]!);
  const { status } = await runtime.resume(runId);
  assertEquals([status, await place.taken()], ["completed", [{ to: SEEDED.email }]]);
});

Deno.test("a run's own vault ends with it: finished, cancelled, or finished by a host that died", async () => {
  await using place = await makePlace();
  let left: string;
  {
    await using runtime = await place.start();
    const get =
      `import { get } from "./servers/people/get.ts"; return await get({ what: "person" });`;
    const { status } = await runtime.run({ code: get });
    assertEquals(status, "completed");
    const { runId } = await runtime.run({ code: CODE });
    assert(await runtime.cancel(runId));
    left = (await runtime.run({ code: CODE })).runId;
  }
  const kept = (await place.vaults()).map((file) => file.slice(file.lastIndexOf("/") + 1));
  assertEquals(kept.sort(), [`${left}.vault`]);
  const folder = join(place.root, ".airlock", "vaults", "runs");
  await Deno.writeTextFile(join(folder, "run_0123456789abcdef0123.vault"), "of a run that is over");
  {
    await using runtime = await place.start();
    const names = (await place.vaults()).map((file) => file.slice(file.lastIndexOf("/") + 1));
    assertEquals(names.sort(), [`${left}.vault`]);
    assert((await runtime.find(left))?.state === "waiting");
  }
});

Deno.test("a vault that was changed ends the run that needs it, before it does anything", async () => {
  await using place = await makePlace();
  await using runtime = await place.start();
  const { runId, approvals } = await runtime.run({ code: CODE });
  const file = (await place.vaults()).find((name) => name.endsWith(".vault"))!;
  const bytes = await Deno.readFile(file);
  bytes[bytes.length - 1]! ^= 1;
  await Deno.writeFile(file, bytes);
  const refused = await runtime.resume(runId).catch((error) => error);
  assertEquals(refused.code, "INTERNAL");
  await approve(runtime, approvals[0]!);
  assertEquals(await place.taken(), []);
});
