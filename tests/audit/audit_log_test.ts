import { assertEquals, assertRejects } from "@std/assert";
import { verifyLog } from "../../src/audit/verify_log.ts";
import { makeTestLog } from "./open_log.ts";

Deno.test("appendTogether writes entries of one moment in their order, before any that come later", async () => {
  await using test = await makeTestLog();
  using log = await test.open();
  const together = [1, 2, 3].map((seq) =>
    log.appendTogether("call_started", { runId: "run_1", body: { seq } })
  );
  log.append("run_ended", { runId: "run_1", body: { status: "completed" } });
  await Promise.all(together);
  const kinds = [...log.read()].map(({ kind, body }) => [kind, JSON.parse(body).seq]);
  assertEquals(kinds, [
    ["call_started", 1],
    ["call_started", 2],
    ["call_started", 3],
    ["run_ended", undefined],
  ]);
});

Deno.test("appendTogether has written when it resolves, and its entries are tied like any other", async () => {
  await using test = await makeTestLog();
  {
    using log = await test.open();
    await Promise.all(
      [1, 2].map((seq) => log.appendTogether("call_started", { runId: "run_1", body: { seq } })),
    );
    assertEquals([...log.read()].length, 2);
    log.checkpoint();
    assertEquals(verifyLog(log).problems, []);
  }
});

Deno.test("appendTogether says to each that waits that nothing could be written", async () => {
  await using test = await makeTestLog();
  using log = await test.open();
  log.append("run_started", { runId: "run_1", body: {} });
  test.tamper((database) => database.exec("UPDATE head SET seq = 7"));
  const together = [1, 2].map((seq) =>
    log.appendTogether("call_started", { runId: "run_1", body: { seq } })
  );
  for (const written of together) {
    await assertRejects(
      () => written,
      Error,
      "the end of the audit is not the one that was written",
    );
  }
});
