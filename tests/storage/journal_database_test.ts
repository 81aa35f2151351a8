import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import { AirlockError } from "../../src/model/errors.ts";
import { ApprovalStore } from "../../src/policy/approvals/approval_store.ts";
import { HOSTS_FOLDER, NOBODY, takeHostLock } from "../../src/storage/host_lock.ts";
import { openJournalDatabase } from "../../src/storage/journal_database.ts";
import { RunStore } from "../../src/storage/run_store.ts";

Deno.test("openJournalDatabase closes its file to others, and refuses one of another version", async () => {
  const root = await Deno.makeTempDir();
  const path = join(root, "state", "journal.sqlite");
  (await openJournalDatabase(path)).close();
  if (Deno.build.os !== "windows") {
    assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
    assertEquals((await Deno.stat(join(root, "state"))).mode! & 0o777, 0o700);
  }
  {
    using other = new DatabaseSync(path);
    other.exec("PRAGMA user_version = 99");
  }
  await assertRejects(() => openJournalDatabase(path), AirlockError);
  await Deno.remove(root, { recursive: true });
});

Deno.test("openJournalDatabase brings what an older version has written up to date", async () => {
  const root = await Deno.makeTempDir();
  const path = join(root, "journal.sqlite");
  {
    using older = await openJournalDatabase(path);
    older.exec("ALTER TABLE calls DROP COLUMN begun_ms; PRAGMA user_version = 1");
    for (const table of ["approvals", "grants"]) {
      older.exec(`ALTER TABLE ${table} DROP COLUMN principal`);
    }
    older.exec(
      "INSERT INTO grants (grant_id, approval_id, scope, run_id, call_key, occurrence, " +
        "program_hash, tools) VALUES ('g', 'a', 'program', 'run_1', '', 0, 'hash', '[]')",
    );
    older.exec(
      "INSERT INTO calls (run_id, call_key, occurrence, server, tool, arguments, is_effect, " +
        "settled_before) VALUES ('run_1', 'key', 1, 'crm', 'get', '{}', 0, 0)",
    );
  }
  for (const _time of [1, 2]) {
    using database = await openJournalDatabase(path);
    const [call] = new RunStore(database, { hostId: "host" }).record("run_1").calls;
    assertEquals([call!.tool, call!.begunMs], ["get", undefined]);
    const [grant] = new ApprovalStore(database).grants({ runId: "run_2", programHash: "hash" });
    assertEquals([grant!.scope, grant!.principal], ["program", undefined]);
  }
  await Deno.remove(root, { recursive: true });
});

Deno.test("takeHostLock knows the living from the dead, and clears after them", async () => {
  const root = await Deno.makeTempDir();
  await Deno.writeTextFile(join(root, "dead"), "");
  {
    using one = await takeHostLock(root);
    using other = await takeHostLock(root);
    assertEquals(
      [other.hostId, one.hostId, "dead", "never", NOBODY].map((id) => one.isAlive(id)),
      [true, true, false, false, false],
    );
  }
  assertEquals(await Array.fromAsync(Deno.readDir(root)), []);
  await Deno.remove(root, { recursive: true });
});

Deno.test("openJournalDatabase tells of a journal that is gone where hosts have worked before", async () => {
  const root = await Deno.makeTempDir();
  const path = join(root, "journal.sqlite");
  let lost = 0;
  const open = async () => (await openJournalDatabase(path, { onLost: () => void lost++ })).close();
  await open();
  (await takeHostLock(join(root, HOSTS_FOLDER)))[Symbol.dispose]();
  await open();
  assertEquals(lost, 0);
  await Deno.truncate(path, 0);
  await open();
  await open();
  assertEquals(lost, 1);
  await Deno.remove(path);
  await open();
  assertEquals(lost, 2);
  await Deno.remove(root, { recursive: true });
});
