import { join } from "@std/path";
import { CallJournal } from "../../src/calls/call_journal.ts";
import { openJournalDatabase } from "../../src/storage/journal_database.ts";
import { RunStore } from "../../src/storage/run_store.ts";
import { percentile, printTable, sample } from "./statistics.ts";

/** What it costs to write a call down before and after it is made, beside the call itself. */
export async function benchJournal(): Promise<void> {
  const root = await Deno.makeTempDir();
  const rows: (string | number)[][] = [["writing a call down, ms", "p50", "p95", "p99"]];
  for (
    const [where, path] of [["file", join(root, "journal.sqlite")], ["memory", undefined]] as const
  ) {
    const database = await openJournalDatabase(path);
    const store = new RunStore(database, { hostId: "bench" });
    for (const bytes of [300, 10_000, 1_000_000]) {
      const recorder = new CallJournal({
        runId: `run_${bytes}`,
        store,
        record: { calls: [], clockReads: [] },
        gate: { admit: () => Promise.resolve([]) },
        signal: new AbortController().signal,
        show: (input) => JSON.stringify(input),
        halt() {},
      });
      const body = new Uint8Array(bytes).fill(65);
      let n = 0;
      const times = await sample(() => {
        const call = {
          server: "crm",
          tool: "get",
          arguments: { id: ++n },
          effect: "each",
        } as const;
        return recorder.perform(call, () => Promise.resolve(body));
      }, { count: bytes > 100_000 ? 50 : 1_000, warmUp: 10 });
      rows.push([
        `${where}, answer of ${bytes.toLocaleString("en-US")} bytes`,
        ...[0.5, 0.95, 0.99].map((p) => percentile(times, p)),
      ]);
      recorder.close();
    }
    database.close();
  }
  printTable(rows);
  await Deno.remove(root, { recursive: true });
}

if (import.meta.main) await benchJournal();
