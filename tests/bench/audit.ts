/** What the audit costs: the entries of a call, and the whole path with it and without. */
import { join } from "@std/path";
import { openAuditLog } from "../../src/audit/audit_log.ts";
import { createAuditTrail } from "../../src/audit/create_audit_trail.ts";
import { percentile } from "./statistics.ts";

const CALLS = 3_000;

/** Measures and prints it. */
export async function benchAudit(): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const log = await openAuditLog({ folder: join(folder, "state") });
    using trail = createAuditTrail(log, { redact: (text) => Promise.resolve(text), versions: {} });
    const run = trail.begin({ runId: "run_bench", principal: "owner" });
    const body = new TextEncoder().encode(JSON.stringify({ id: "lead-00001", name: "x" }));
    const times: number[] = [];
    for (let seq = 1; seq <= CALLS; seq++) {
      const began = performance.now();
      const call = run.call({ seq, server: "crm", tool: "get_lead" });
      await call.sends({ lead_id: "lead-00001" });
      await call.settled({ outcome: "ok", body });
      times.push(performance.now() - began);
    }
    const [p50, p95] = [percentile(times, 0.5), percentile(times, 0.95)];
    console.log(`audit of a call: p50 ${p50.toFixed(3)} ms, p95 ${p95.toFixed(3)} ms`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) await benchAudit();
