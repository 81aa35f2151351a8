import type { JournalSeal } from "./journal_seal.ts";
import type { CallOutcome, StoredCall, StoredRequest, StoredRun } from "./stored_run.ts";

/** A row of the journal, by column. */
export type Row = Readonly<Record<string, unknown>>;

/** The run of a row of `runs`; its request is read by whoever has the key. */
export function readRun(row: Row, request: StoredRequest): StoredRun {
  return {
    runId: String(row["run_id"]),
    state: row["state"] as StoredRun["state"],
    owner: String(row["owner"]),
    request,
    programHash: String(row["program_hash"]),
    seed: String(row["seed"]),
    startedAt: Number(row["started_at"]),
    idempotencyKey: (row["idempotency_key"] ?? undefined) as string | undefined,
    requestDigest: String(row["request_digest"]),
    result: (row["result"] ?? undefined) as string | undefined,
  };
}

/** The call of a row of `calls`. */
export function readCall(row: Row, seal: JournalSeal): StoredCall {
  const settledAs = row["settled_as"];
  return {
    id: Number(row["id"]),
    runId: String(row["run_id"]),
    callKey: String(row["call_key"]),
    occurrence: Number(row["occurrence"]),
    server: String(row["server"]),
    tool: String(row["tool"]),
    arguments: String(row["arguments"]),
    isEffect: row["is_effect"] === 1,
    settledBefore: Number(row["settled_before"]),
    ...(row["begun_ms"] !== null && { begunMs: Number(row["begun_ms"]) }),
    ...(settledAs !== null && {
      settled: {
        order: Number(settledAs),
        kind: row["outcome"] as CallOutcome["kind"],
        body: seal.open(row["body"] as Uint8Array),
      },
    }),
  };
}
