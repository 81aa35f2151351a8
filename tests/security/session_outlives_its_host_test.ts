import { assertEquals, assertStringIncludes } from "@std/assert";
import { parseConfig } from "../../src/config/config.ts";
import { createRuntime } from "../../src/host/create_runtime.ts";
import { assertAbsent, SEEDED, startWatchedRuntime } from "../fixtures/watched_runtime.ts";

const SAVE = `import { get } from "./servers/people/get.ts";
await Deno.writeTextFile("./workspace/saved.txt", (await get({ what: "person" })).email);`;
const SEND = `import { take } from "./servers/people/take.ts";
await take({ to: await Deno.readTextFile("./workspace/saved.txt") });`;

Deno.test("a token in a session's file still works after a restart", async () => {
  await using watched = await startWatchedRuntime();
  assertEquals((await watched.run(SAVE, { session: "a" })).error, null);
  {
    await using again = await createRuntime(watched.runtime.config);
    assertEquals((await again.run({ code: SEND, session: "a" })).error, null);
  }
  assertEquals((await watched.got()).at(-1)?.args, { to: SEEDED.email });
  assertAbsent(await watched.kept());
});

Deno.test("a token saved by one session is an error in another, and in a run without one", async () => {
  await using watched = await startWatchedRuntime();
  await watched.run(SAVE, { session: "a" });
  const { folders: { workspace } } = watched.runtime.config;
  const token = await Deno.readTextFile(`${workspace}/a/saved.txt`);
  for (const options of [{ session: "b" }, {}]) {
    const code = `import { take } from "./servers/people/take.ts"; await take({ to: "${token}" });`;
    const { error, calls } = await watched.run(code, options);
    assertEquals([error?.code, calls[0]?.outcome], ["TOKEN_UNKNOWN", "failed"]);
    assertStringIncludes(error!.message, token);
  }
  assertEquals((await watched.got()).length, 1);
});

Deno.test("a run's own values end with it", async () => {
  await using watched = await startWatchedRuntime();
  const code = `import { get } from "./servers/people/get.ts";
return (await get({ what: "person" })).email;`;
  const { value } = await watched.run(code);
  const { error } = await watched.run(
    `import { take } from "./servers/people/take.ts"; await take({ to: ${
      JSON.stringify(value)
    } });`,
  );
  assertEquals(error?.code, "TOKEN_UNKNOWN");
});

Deno.test("createPrivacyService() with privacy switched off passes every value as it is", async () => {
  await using watched = await startWatchedRuntime({ privacy: { enabled: false } });
  const { value } = await watched.run(`import { get } from "./servers/people/get.ts";
return await get({ what: "person" });`);
  assertEquals(value, { ...SEEDED });
});

Deno.test("a key that others may read is refused", async () => {
  const root = await Deno.makeTempDir();
  const file = `${root}/key`;
  await Deno.writeTextFile(file, `${btoa("x".repeat(32))}\n`, { mode: 0o644 });
  {
    const config = await parseConfig({ privacy: { key: { file } } }, { root });
    await using runtime = await createRuntime(config);
    const thrown = await runtime.run({ code: "return 1;", session: "a" }).catch((error) => error);
    assertEquals(thrown.code, "CONFIG_INVALID");
  }
  await Deno.remove(root, { recursive: true });
});
