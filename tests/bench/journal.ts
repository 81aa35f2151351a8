import { join } from "@std/path";
import { CallJournal } from "../../src/calls/call_journal.ts";
import { openLocalStorage } from "../../src/storage/local_storage.ts";
import { RunJournal } from "../../src/storage/run_journal.ts";
import { percentile, printTable, sample } from "./statistics.ts";

/** What it costs to write a call down before and after it is made, beside the call itself. */
export async function benchJournal(): Promise<void> {
  const root = await Deno.makeTempDir();
  const rows: (string | number)[][] = [["writing a call down, ms", "p50", "p95", "p99"]];
  for (
    const where of ["file", "memory"] as const
  ) {
    await using storage = openLocalStorage(join(root, "state"), where);
    const store = new RunJournal(storage, { hostId: "bench" });
    for (const bytes of [300, 10_000, 1_000_000]) {
      const runId = `run_${bytes}`;
      const request = { code: "", permission: "full" } as const;
      const begun = { programHash: "", seed: "", startedAt: 0, requestDigest: "" };
      await store.begin({ runId, request, ...begun });
      const recorder = new CallJournal({
        run: { runId, principal: "" },
        store,
        record: { calls: [], clockReads: [] },
        gate: { admit: () => Promise.resolve([]), spend: () => Promise.resolve(true) },
        signal: new AbortController().signal,
        show: {
          beginning: (input) => Promise.resolve(JSON.stringify(input)),
          whole: (input) => Promise.resolve({ text: JSON.stringify(input) }),
        },
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
  }
  printTable(rows);
  await Deno.remove(root, { recursive: true });
}

if (import.meta.main) await benchJournal();
