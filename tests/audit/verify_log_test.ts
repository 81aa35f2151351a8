import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import type { DatabaseSync } from "node:sqlite";
import { verifyLog } from "../../src/audit/verify_log.ts";
import { AirlockError } from "../../src/model/errors.ts";
import { makeTestLog, type TestLog, writeRun } from "./open_log.ts";

Deno.test("verifyLog finds nothing in a log that nobody touched, whoever wrote to it", async () => {
  await using test = await makeTestLog();
  {
    using one = await test.open();
    using other = await test.open();
    writeRun(one, "run_1");
    writeRun(other, "run_2");
    writeRun(one, "run_3");
  }
  using log = await test.open();
  const { entries, checkpoints, problems } = verifyLog(log);
  assertEquals([entries, checkpoints, problems], [14, 2, []]);
  const { mode } = await Deno.stat(`${test.folder}/audit.key`);
  assertEquals(mode! & 0o777, 0o600);
});

Deno.test("verifyLog finds every single bit that is changed in any stored field", async () => {
  await using test = await makeTestLog();
  using log = await test.open();
  writeRun(log, "run_1");
  log.checkpoint();
  let changes = 0;
  test.tamper((database) => {
    for (const { table, key, fields } of STORED) {
      for (const field of fields) {
        for (const { at, value } of valuesOf(database, { table, key, field })) {
          const put = database.prepare(`UPDATE ${table} SET ${field} = ? WHERE ${key} = ?`);
          const putText = database.prepare(
            `UPDATE ${table} SET ${field} = CAST(? AS TEXT) WHERE ${key} = ?`,
          );
          for (const changed of flips(value)) {
            const now = field === key ? Number(changed) : at;
            try {
              if (typeof changed === "number") put.run(changed, at);
              else putText.run(changed, at);
            } catch {
              // Another row has that key: the database itself refuses the change.
              continue;
            }
            assert(verifyLog(log).problems.length > 0, `${table}.${field} of ${at}`);
            put.run(value, now);
            changes++;
          }
        }
      }
    }
  });
  assert(changes > 5_000, `${changes}`);
  assertEquals(verifyLog(log).problems, []);
});

Deno.test("verifyLog finds entries that were removed, swapped or cut off, signed or not", async () => {
  const attacks: Record<string, (database: DatabaseSync) => void> = {
    "the first": (database) => database.exec("DELETE FROM entries WHERE seq = 1"),
    "one in the middle": (database) => database.exec("DELETE FROM entries WHERE seq = 4"),
    "the last": (database) =>
      database.exec("DELETE FROM entries WHERE seq = (SELECT max(seq) FROM entries)"),
    "all": (database) => database.exec("DELETE FROM entries"),
    "the tail and the checkpoint": (database) => database.exec("DELETE FROM entries WHERE seq > 3"),
    "the tail, with a head that fits": (database) =>
      database.exec(`DELETE FROM entries WHERE seq > 3; UPDATE head SET seq = 3,
        digest = (SELECT digest FROM entries WHERE seq = 3)`),
    "the tail and the head": (database) =>
      database.exec("DELETE FROM entries WHERE seq > 3; DELETE FROM head"),
    "swapped": (database) =>
      database.exec(`UPDATE entries SET seq = -1 WHERE seq = 2; UPDATE entries SET seq = 2 WHERE
        seq = 3; UPDATE entries SET seq = 3 WHERE seq = -1`),
    "said to be old": (database) =>
      database.exec("UPDATE head SET removed_to = 4; DELETE FROM entries WHERE seq <= 4"),
  };
  for (const [name, attack] of Object.entries(attacks)) {
    await using test = await makeTestLog();
    {
      using log = await test.open();
      writeRun(log, "run_1");
      log.checkpoint();
      writeRun(log, "run_2");
    }
    test.tamper(attack);
    using log = await test.open();
    assert(verifyLog(log).problems.length > 0, name);
  }
});

Deno.test("a log of which nothing is left is a problem for good, whoever goes on with it", async () => {
  const attacks: Record<string, (test: TestLog) => Promise<void> | void> = {
    "its rows": (test) =>
      test.tamper((database) => database.exec("DELETE FROM entries; DELETE FROM head")),
    "its file": async ({ folder }) => {
      for await (const { name } of Deno.readDir(folder)) {
        if (name.startsWith("audit.db")) await Deno.remove(join(folder, name));
      }
    },
    "what is in its file": ({ folder }) => Deno.truncate(join(folder, "audit.db")),
  };
  for (const [name, attack] of Object.entries(attacks)) {
    await using test = await makeTestLog();
    {
      using log = await test.open();
      writeRun(log, "run_1");
    }
    await attack(test);
    for (const runId of ["run_2", "run_3"]) {
      using log = await test.open();
      writeRun(log, runId);
      assertEquals(log.read().next().value?.kind, "log_lost", name);
      const lost = { seq: 1, message: "says that the log before it is gone" };
      assertEquals(verifyLog(log).problems, [lost], name);
    }
  }
});

Deno.test("a log that is emptied under a host is written on by nobody that knew it", async () => {
  await using test = await makeTestLog();
  const log = await test.open();
  test.tamper((database) => database.exec("DELETE FROM head"));
  assert(verifyLog(log).problems.length > 0);
  const error = assertThrows(() => writeRun(log, "run_1"), AirlockError);
  assertEquals(error.code, "AUDIT_FAILED");
  log.store.close();
});

Deno.test("a first start that was broken off anywhere is a first start, and no lost log", async () => {
  await using test = await makeTestLog();
  const [key, young] = [join(test.folder, "audit.key"), join(test.folder, "audit.key.new")];
  const database = join(test.folder, "audit.db");
  (await test.open())[Symbol.dispose]();
  const steps: Record<string, () => Promise<void> | void> = {
    "the key has its name, and its first one too": () => Deno.link(key, young),
    "the log has begun": () => Deno.rename(key, young),
    "there is an empty table": async () => {
      await Deno.rename(key, young);
      test.tamper((database) => database.exec("DELETE FROM head"));
    },
    "there is an empty file": async () => {
      await Deno.rename(key, young);
      await Deno.truncate(database);
    },
    "there is a key": async () => {
      await Deno.rename(key, young);
      await Deno.remove(database);
    },
  };
  for (const [name, breakOff] of Object.entries(steps)) {
    await breakOff();
    using log = await test.open();
    assertEquals(verifyLog(log).problems, [], name);
    assertEquals(verifyLog(log).entries, 0, name);
    const names = await Array.fromAsync(Deno.readDir(test.folder), ({ name }) => name);
    assert(names.includes("audit.key") && !names.includes("audit.key.new"), name);
  }
});

Deno.test("hosts that start at once for the first time share one key and one log", async () => {
  await using test = await makeTestLog();
  const logs = await Promise.all(Array.from({ length: 12 }, () => test.open()));
  logs.forEach((log, n) => writeRun(log, `run_${n}`));
  assertEquals(new Set(logs.map(({ keys }) => keys.keyId)).size, 1);
  for (const log of logs) log[Symbol.dispose]();
  using log = await test.open();
  assertEquals(verifyLog(log).problems, []);
});

Deno.test("a log that was cut off is not written on, so that the break stays to be seen", async () => {
  await using test = await makeTestLog();
  const log = await test.open();
  writeRun(log, "run_1");
  test.tamper((database) => database.exec("DELETE FROM entries WHERE seq > 2; DELETE FROM head"));
  const error = assertThrows(() => writeRun(log, "run_2"), AirlockError);
  assertEquals(error.code, "AUDIT_FAILED");
  log.store.close();
});

Deno.test("an earlier head shows that the whole file was put back", async () => {
  await using test = await makeTestLog();
  {
    using log = await test.open();
    writeRun(log, "run_1");
  }
  const before = await Deno.readFile(`${test.folder}/audit.db`);
  let head: string;
  {
    using log = await test.open();
    writeRun(log, "run_2");
    head = verifyLog(log).head;
    assertEquals(verifyLog(log, head).problems, []);
  }
  await Deno.writeFile(`${test.folder}/audit.db`, before);
  using log = await test.open();
  assertEquals(verifyLog(log).problems, []);
  assert(verifyLog(log, head).problems.length > 0);
});

Deno.test("a head that is none, or is beyond the end, is a problem and never passed over", async () => {
  await using test = await makeTestLog();
  using log = await test.open();
  const beginning = verifyLog(log).head;
  writeRun(log, "run_1");
  const { head } = verifyLog(log);
  const digest = head.split(":")[1];
  for (const known of [beginning, head]) assertEquals(verifyLog(log, known).problems, []);
  const wrong = [
    "banana",
    "2",
    "999",
    `999:${digest}`,
    `3:${digest}`,
    `0:${digest}`,
    `-1:${digest}`,
  ];
  for (
    const known of [...wrong, ":", `4:${digest}0`, `04:${digest}`, ` ${head}`, `1e9:${digest}`]
  ) {
    assertEquals(verifyLog(log, known).problems.length, 1, known);
  }
});

Deno.test("what is removed because of its age leaves a proof, and the log stays whole", async () => {
  await using test = await makeTestLog();
  using log = await test.open();
  writeRun(log, "run_1");
  log.checkpoint();
  test.now += 40 * 24 * 60 * 60 * 1_000;
  writeRun(log, "run_2");
  assertEquals(log.removeOlderThan(60), 0);
  assertEquals(log.removeOlderThan(30), 5);
  assertEquals(log.removeOlderThan(30), 0);
  const { removed, problems } = verifyLog(log);
  assertEquals([removed, problems], [5, []]);
  const [proof] = log.read({ kind: "entries_removed" });
  const { from, to, entries, kinds } = JSON.parse(proof!.body);
  assertEquals([from, to, entries, kinds.run_ended], [1, 5, 5, 1]);
  test.now += 40 * 24 * 60 * 60 * 1_000;
  log.checkpoint();
  assertEquals(log.removeOlderThan(30), 0);
  test.now += 40 * 24 * 60 * 60 * 1_000;
  assertEquals(log.removeOlderThan(30) > 0, true);
  assertEquals(verifyLog(log).problems, []);
});

Deno.test("entries cannot be changed or removed through the database by a slip", async () => {
  await using test = await makeTestLog();
  const log = await test.open();
  writeRun(log, "run_1");
  assertThrows(() => log.store.removeTo(2), Error, "never removed");
  log[Symbol.dispose]();
});

const STORED = [
  {
    table: "entries",
    key: "seq",
    fields: ["seq", "previous", "at", "kind", "run_id", "body", "digest"],
  },
  { table: "head", key: "id", fields: ["seq", "digest", "removed_to", "mac"] },
];

function valuesOf(
  database: DatabaseSync,
  { table, key, field }: { table: string; key: string; field: string },
) {
  return database.prepare(`SELECT ${key} AS at, ${field} AS value FROM ${table}`).all()
    .map(({ at, value }) => ({ at: Number(at), value: value as string | number }));
}

/** The value with one bit changed, for each of its bits; texts as bytes. */
function flips(value: string | number): (Uint8Array | number)[] {
  if (typeof value === "number") {
    return Array.from({ length: 48 }, (_, bit) => Number(BigInt(value) ^ (1n << BigInt(bit))));
  }
  const bytes = new TextEncoder().encode(value);
  return [...bytes].flatMap((byte, at) =>
    Array.from({ length: 8 }, (_, bit) => {
      const changed = new Uint8Array(bytes);
      changed[at] = byte ^ (1 << bit);
      return changed;
    })
  );
}

Deno.test("verifyLog tells where a log cannot be read any further", async () => {
  await using test = await makeTestLog();
  using log = await test.open();
  writeRun(log, "run_1");
  const [first, second] = [...log.read()];
  log.store.read = function* () {
    yield first!;
    yield second!;
    throw new Error("database disk image is malformed");
  };
  const problems = verifyLog(log).problems.map(({ message }) => message);
  assertEquals(problems, [
    "what follows entry 2 cannot be read: database disk image is malformed",
  ]);
});
