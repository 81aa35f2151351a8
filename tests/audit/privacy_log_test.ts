import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { openPrivacyDatabase, openPrivacyLog } from "../../src/audit/privacy_log.ts";
import type { PrivacyEvent } from "../../src/privacy/privacy_event.ts";

const MANY = 400;
/** A row that costs as much CPU time as a hundred others. */
const ROW_MS = 1;
const MOST_A_TURN = MANY / 2;

function eventsOf(session: string, count: number, fingerprint = () => {}): PrivacyEvent[] {
  return Array.from({ length: count }, (_, at) => ({
    ...{ seq: at + 1, atMs: 1, session, direction: "out", path: "", kind: "EMAIL" },
    ...{ detector: "email", confidence: 1, action: "masked", length: 9 },
    fingerprint: () => void fingerprint(),
  } as const));
}

function burn(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

function rowsOf(path: string): [string, number][] {
  const database = openPrivacyDatabase(path);
  const rows = database.prepare("SELECT session, seq FROM privacy_events ORDER BY id").all();
  database.close();
  return rows.map(({ session, seq }) => [String(session), Number(seq)]);
}

Deno.test("rows of one principal are written in short turns, and nobody else waits for them", async () => {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "privacy.db");
  try {
    await using log = openPrivacyLog(path);
    let [turn, inTurn, most] = [0, 0, 0];
    const timer = setInterval(() => [turn, inTurn] = [turn + 1, 0]);
    const many = eventsOf("a", MANY, () => {
      burn(ROW_MS);
      most = Math.max(most, ++inTurn);
    });
    log.write(many, "ann");
    log.write(eventsOf("b", 1), "bob");
    await log.settled("bob");
    const then = rowsOf(path);
    assert(then.some(([session]) => session === "b") && then.length < MANY, `${then.length} rows`);
    await log.settled("ann");
    clearInterval(timer);
    assert(turn > 0 && most > 0 && most <= MOST_A_TURN, `${most} rows in a turn`);
    const all = rowsOf(path);
    assertEquals(
      all.filter(([session]) => session === "a"),
      many.map(({ session, seq }) => [session, seq]),
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
