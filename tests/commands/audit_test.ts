import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import { verifyAudit } from "../../src/commands/audit.ts";
import { makeTestLog, writeRun } from "../audit/open_log.ts";

const PAGE = 4_096;

/** The text of all rows; undefined where they cannot be read. */
function rowsOf(path: string): string | undefined {
  try {
    using database = new DatabaseSync(path, { readOnly: true });
    const tables = ["entries ORDER BY seq", "head"];
    return JSON.stringify(tables.map((table) => database.prepare(`SELECT * FROM ${table}`).all()));
  } catch {
    return undefined;
  }
}

Deno.test("verifyAudit() reaches a verdict on a file with any damaged page", async () => {
  await using test = await makeTestLog();
  {
    using log = await test.open();
    for (let run = 0; run < 25; run++) writeRun(log, `run_${run}`);
  }
  const path = join(test.folder, "audit.db");
  {
    using database = new DatabaseSync(path);
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  }
  assertEquals((await verifyAudit(test.folder)).problems, []);
  const whole = await Deno.readFile(path);
  const rows = rowsOf(path);
  const pages = whole.length / PAGE;
  assert(pages >= 8, `${pages}`);
  const damages: Record<string, (page: Uint8Array) => void> = {
    zeros: (page) => page.fill(0),
    ones: (page) => page.fill(255),
    "a beginning of noise": (page) => void crypto.getRandomValues(page.subarray(0, 100)),
    "an end of noise": (page) => void crypto.getRandomValues(page.subarray(PAGE - 600)),
    "a byte of its head": (page) => void (page[3]! ^= 0x10),
    "a pointer of its head": (page) => void (page[9]! ^= 0x55),
    "a byte of its end": (page) => void (page[PAGE - 40]! ^= 0x01),
  };
  let found = 0;
  for (let at = 0; at < pages; at++) {
    for (const [name, damage] of Object.entries(damages)) {
      const bytes = whole.slice();
      damage(bytes.subarray(at * PAGE, (at + 1) * PAGE));
      await Deno.writeFile(path, bytes);
      for (const rest of ["-wal", "-shm"]) await Deno.remove(path + rest).catch(() => {});
      const isSame = rowsOf(path) === rows;
      const { problems } = await verifyAudit(test.folder);
      assert(isSame || problems.length > 0, `${name} of page ${at}`);
      assert(problems.every(({ message }) => message.length > 0 && !message.includes("\n    at ")));
      if (problems.length > 0) found++;
    }
  }
  assert(found > (pages * Object.keys(damages).length) / 2, `${found}`);
});
