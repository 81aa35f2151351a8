import { DatabaseSync } from "node:sqlite";
import { join } from "@std/path";
import { type AuditLog, openAuditLog } from "../../src/audit/audit_log.ts";

/** A log in a folder of its own, which goes with it. */
export interface TestLog extends AsyncDisposable {
  readonly folder: string;
  /** Opens the log, or opens it again. */
  open(): Promise<AuditLog>;
  /** Changes the file behind the log's back, its triggers gone. */
  tamper(change: (database: DatabaseSync) => void): void;
  /** What the clock of the log says. */
  now: number;
}

/** Makes the folder of a log. */
export async function makeTestLog(): Promise<TestLog> {
  const folder = await Deno.makeTempDir();
  const test: TestLog = {
    folder,
    now: Date.UTC(2026, 0, 1),
    open: () => openAuditLog({ folder, now: () => test.now }),
    tamper(change) {
      const database = new DatabaseSync(join(folder, "audit.db"));
      database.exec("PRAGMA synchronous = OFF");
      database.exec("DROP TRIGGER IF EXISTS entries_stay; DROP TRIGGER IF EXISTS entries_remain");
      change(database);
      database.close();
    },
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
  return test;
}

/** Writes a small run. */
export function writeRun(log: AuditLog, runId: string): void {
  log.append("run_started", { runId, body: { program: "return 1;" } });
  log.append("call_started", { runId, body: { server: "crm", tool: "get_lead" } });
  log.append("call_ended", { runId, body: { outcome: "ok" } });
  log.append("run_ended", { runId, body: { status: "completed" } });
}
