import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import { openOriginals } from "../../src/audit/sealed_originals.ts";
import { sweepAudit } from "../../src/audit/sweep_audit.ts";
import { showOriginals } from "../../src/audit/show_originals.ts";
import { verifyLog } from "../../src/audit/verify_log.ts";
import { AirlockError } from "../../src/model/errors.ts";
import { makeTestLog, type TestLog } from "./open_log.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;

function keep(test: TestLog) {
  return openOriginals({ folder: test.folder, now: () => test.now });
}

function tamper(test: TestLog, sql: string): void {
  using database = new DatabaseSync(join(test.folder, "originals.db"));
  database.exec(sql);
}

Deno.test("an original is as it was kept, and one too long is cut", async () => {
  await using test = await makeTestLog();
  using originals = await keep(test);
  const call = { runId: "run_1", call: 3, part: "answer" } as const;
  const digest = originals.keepJson(call, JSON.stringify({ a: [1, "ö"] }));
  assertEquals(originals.look(digest), {
    ...call,
    at: test.now,
    text: '{"a":[1,"ö"]}',
    length: 13,
  });
  const long = originals.look(originals.keepJson(call, JSON.stringify("x".repeat(3_000_000))))!;
  assertEquals([long.text.length, long.length], [1024 * 1024, 3_000_002]);
  assertEquals(originals.look("0".repeat(64)), undefined);
});

Deno.test("an original that was changed, or put in another's place, is never shown", async () => {
  const changes = [
    "UPDATE originals SET call = 4",
    "UPDATE originals SET run_id = 'run_2'",
    "UPDATE originals SET part = 'arguments'",
    "UPDATE originals SET sealed = zeroblob(60)",
    "UPDATE originals SET sealed = (SELECT sealed FROM originals o WHERE o.rowid <> originals.rowid)",
    "UPDATE originals SET key_id = 'another'",
  ];
  for (const change of changes) {
    await using test = await makeTestLog();
    using originals = await keep(test);
    const call = { runId: "run_1", call: 3, part: "answer" } as const;
    const digest = originals.keepJson(call, JSON.stringify("one"));
    originals.keepJson(call, JSON.stringify("other"));
    tamper(test, change);
    assertThrows(() => originals.look(digest), AirlockError, "Cannot open original");
  }
});

Deno.test("a new key goes before the old one, which still opens what it sealed", async () => {
  await using test = await makeTestLog();
  let digest: string;
  {
    using originals = await keep(test);
    digest = originals.keepJson({ runId: "run_1", call: 0, part: "program" }, JSON.stringify("1"));
  }
  const path = join(test.folder, "originals.key");
  const old = await Deno.readTextFile(path);
  const key = crypto.getRandomValues(new Uint8Array(32)).toBase64();
  await Deno.writeTextFile(path, `${key}\n${old}`);
  {
    using originals = await keep(test);
    assertEquals(originals.look(digest)?.text, '"1"');
  }
  await Deno.writeTextFile(path, `${key}\n`);
  const error = await assertRejects(() => keep(test), AirlockError);
  assertEquals(error.code, "CONFIG_INVALID");
});

Deno.test("originals past their time are removed once that is written down, without a key", async () => {
  await using test = await makeTestLog();
  using log = await test.open();
  const digests: string[] = [];
  {
    using originals = await keep(test);
    for (const runId of ["run_1", "run_2"]) {
      const original = originals.keepJson(
        { runId, call: 1, part: "arguments" },
        JSON.stringify(runId),
      );
      log.append("call_started", { runId, body: { seq: 1, original } });
      digests.push(original);
      test.now += 10 * DAY_MS;
    }
  }
  const config = { enabled: true, originals: { enabled: true, retentionDays: 15 } };
  for (const _time of [1, 2]) await sweepAudit(log, { folder: test.folder, config, now: test.now });
  const [removal, ...others] = [...log.read({ kind: "originals_removed" })];
  const { count, digest, days } = JSON.parse(removal!.body);
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${digests[0]}\n`));
  assertEquals([count, digest, days, others.length], [1, new Uint8Array(hash).toHex(), 15, 0]);
  assertEquals(verifyLog(log).problems, []);
  const kept = async (runId: string) => {
    const by = { way: "test" };
    const shown = await showOriginals(log, { runId, by, reason: "test", open: () => keep(test) });
    return shown.map(({ kept }) => kept);
  };
  assertEquals([await kept("run_1"), await kept("run_2")], [["removed"], ["whole"]]);
  tamper(test, "DELETE FROM originals");
  assertEquals([await kept("run_1"), await kept("run_2")], [["removed"], ["missing"]]);
});

Deno.test("nothing is opened where it cannot be written down that somebody looks", async () => {
  await using test = await makeTestLog();
  using log = await test.open();
  {
    using originals = await keep(test);
    const original = originals.keepJson(
      { runId: "run_1", call: 1, part: "arguments" },
      JSON.stringify(1),
    );
    log.append("call_started", { runId: "run_1", body: { seq: 1, original } });
  }
  test.tamper((database) => database.exec("UPDATE head SET mac = 'no'"));
  let isOpened = false;
  const open = () => {
    isOpened = true;
    return keep(test);
  };
  const look = () =>
    showOriginals(log, { runId: "run_1", by: { way: "test" }, reason: "test", open });
  const error = await assertRejects(look, AirlockError);
  assertEquals([error.code, isOpened], ["AUDIT_FAILED", false]);
  assert(log.store.head()?.mac === "no");
});
