import { assertEquals, assertRejects } from "@std/assert";
import { exists } from "@std/fs";
import { join } from "@std/path";
import { AirlockError } from "../../src/model/errors.ts";
import { startTestRuntime } from "../fixtures/test_runtime.ts";

const WRITE = `await Deno.writeTextFile("./workspace/a.txt", "a"); return 1;`;
const READ = `return await Deno.readTextFile("./workspace/a.txt").catch(() => "nothing");`;

Deno.test("a session's files last until it is closed, and are one caller's alone", async () => {
  await using runtime = await startTestRuntime();
  const ann = { session: "s", principal: { name: "ann", permission: "full" as const } };
  await runtime.run({ code: WRITE, ...ann });
  assertEquals((await runtime.run({ code: READ, ...ann })).value, "a");
  for (const name of ["bob", "owner"]) {
    const { value } = await runtime.run({
      code: READ,
      session: "s",
      principal: { name, permission: "full" },
    });
    assertEquals(value, "nothing");
  }
  assertEquals((await runtime.sessions.find({ name: "s", owner: "ann" }))?.runs, 2);
  await runtime.sessions.close({ name: "s", owner: "ann" });
  assertEquals((await runtime.run({ code: READ, ...ann })).value, "nothing");
});

Deno.test("what a session's tokens stand for is gone when it is closed", async () => {
  await using runtime = await startTestRuntime({ servers: ["crm"] });
  const code = `import { list_leads } from "./servers/crm/list_leads.ts";
    const { leads: [lead] } = await list_leads({ limit: 1 }); return lead.email;`;
  const { value: token } = await runtime.run({ code, session: "s" });
  const ask = `import { derive } from "airlock"; return await derive.domain(${
    JSON.stringify(token)
  });`;
  const before = await runtime.run({ code: ask, session: "s" });
  assertEquals([before.status, typeof before.value], ["completed", "string"]);
  await runtime.sessions.close({ name: "s", owner: "owner" });
  const after = await runtime.run({ code: ask, session: "s" });
  assertEquals([after.status, after.error?.code], ["failed", "ARGUMENTS_INVALID"]);
});

Deno.test("runs of one session at once see whole files, and none of them can be closed on", async () => {
  await using runtime = await startTestRuntime();
  const code = `const text = "x".repeat(200_000);
    for (let turn = 0; turn < 5; turn++) {
      const part = "./workspace/part-" + crypto.randomUUID();
      await Deno.writeTextFile(part, text);
      await Deno.rename(part, "./workspace/whole.txt");
      if ((await Deno.readTextFile("./workspace/whole.txt")).length !== 200_000) return "torn";
    }
    return "whole";`;
  const runs = [1, 2, 3].map(() => runtime.run({ code, session: "s" }));
  const values = (await Promise.all(runs)).map(({ value }) => value);
  assertEquals(values, ["whole", "whole", "whole"]);
  const started = Promise.withResolvers<void>();
  const ending = new AbortController();
  const run = runtime.run({
    code: `console.log("on"); await new Promise((end) => setTimeout(end, 20_000));`,
    session: "s",
    signal: ending.signal,
    onEvent: ({ type }) => type === "log" && started.resolve(),
  });
  await started.promise;
  const close = () => runtime.sessions.close({ name: "s", owner: "owner" });
  assertEquals((await assertRejects(close, AirlockError)).code, "BUSY");
  ending.abort();
  await run;
  await close();
  assertEquals(await exists(join(runtime.config.folders.workspace, "s")), false);
});
