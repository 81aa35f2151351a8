import { withTurns } from "../work/host_turns.ts";
import { jsonPieces } from "../text/write_json.ts";
import { canonicalJson } from "../text/json_value.ts";
import type { CallRecord, RunResult } from "../model/run_result.ts";
import type { Anomaly } from "./anomaly.ts";
import type { AnomalyWatch } from "./anomaly_watch.ts";
import type { AuditLog } from "./audit_log.ts";
import type { AuditedRun, CallAudit, RunAudit, RunStart } from "./audit_trail.ts";
import { cutJson, cutText, type Originals } from "./originals/open_originals.ts";
import type { PrivacyTally } from "./privacy_tally.ts";
import { sha256 } from "../text/sha256.ts";

/** Options of {@linkcode writeRun}. */
export interface WriteRunOptions {
  readonly log: AuditLog;
  readonly tally: PrivacyTally;
  readonly watch: AnomalyWatch;
  onAnomaly(anomaly: Anomaly): void;
  redact(text: string, run: AuditedRun): Promise<string>;
  readonly versions: Readonly<Record<string, string>>;
  /** Absent where none are kept. */
  readonly originals?: Originals | undefined;
}

/** Writes one run into the log, as it goes. */
export function writeRun(run: AuditedRun, options: WriteRunOptions): RunAudit {
  const { log, tally, originals } = options;
  const { runId, session = runId } = run;
  let isOpen = false;
  let given: string | undefined;
  return {
    async started(start) {
      const kind = start.isResumed ? "run_resumed" : "run_started";
      log.append(kind, { runId, body: await bodyOf(start) });
      isOpen = true;
    },
    call: (call) => writeCall(call, { ...options, runId, session, principal: run.principal }),
    waits: (approvals) => void log.append("run_waiting", { runId, body: { approvals } }),
    granted: (rights) => void log.append("permissions_granted", { runId, body: rights }),
    attempt: (attempt) => void log.append("escape_attempt", { runId, body: attempt }),
    async touched(read) {
      log.append("permissions_touched", { runId, body: await read() });
    },
    gave(json) {
      if (originals !== undefined) given = json;
    },
    ended(result) {
      const original = given === undefined
        ? undefined
        : originals?.keepText({ runId, call: 0, part: "result", ...cutText(given) });
      const body = { ...endOf(result, log), original, privacy: tally.take(session) };
      log.append("run_ended", { runId, body });
      isOpen = false;
      for (const anomaly of options.watch.look(run.principal, result)) {
        log.append("anomaly", { runId, body: anomaly });
        options.onAnomaly(anomaly);
      }
    },
    gaveUp(code) {
      if (!isOpen) return;
      log.append("run_ended", {
        runId,
        body: { status: "failed", code, privacy: tally.take(session) },
      });
    },
  };

  async function bodyOf({ code, ...start }: RunStart) {
    const { principal } = run;
    const program = await options.redact(code, run);
    const original = program === code
      ? undefined
      : originals?.keep({ runId, call: 0, part: "program", value: code });
    return {
      principal,
      permission: run.permission,
      session: run.session ?? null,
      ...start,
      program,
      original,
      programHash: sha256(code),
      versions: options.versions,
    };
  }
}

function endOf(result: RunResult, { keys }: AuditLog) {
  const { status, error, value, usage, files, calls, escapeAttempts } = result;
  return {
    status,
    code: error?.code ?? null,
    message: error?.message ?? null,
    limit: error?.limit?.name ?? null,
    result: keys.digestOf(canonicalJson(value)),
    usage,
    calls: calls.length,
    files: files.length,
    escapeAttempts: escapeAttempts.length,
  };
}

/** Whose calls are written. */
interface CalledBy {
  readonly runId: string;
  readonly session: string;
  readonly principal: string;
}

/** A call that is refused before anything is sent has one entry, any other two. */
function writeCall(
  call: Pick<CallRecord, "seq" | "server" | "tool">,
  { log, tally, originals, runId, session, principal }: WriteRunOptions & CalledBy,
): CallAudit {
  const began = performance.now();
  let isSent = false;
  let isRemembered = false;
  let heard: string | undefined;
  const keep = async (part: "arguments" | "answer" | "error", value: unknown) =>
    originals?.keepText({
      ...{ runId, call: call.seq, part },
      ...await withTurns(cutJson(value), principal),
    });
  return {
    async sends(args) {
      const pieces = jsonPieces(args, "sorted");
      const digest = await withTurns(log.keys.digestOfPieces(pieces), principal);
      const original = originals && await keep("arguments", args);
      await log.appendTogether("call_started", {
        runId,
        body: { ...call, arguments: digest, original },
      });
      isSent = true;
    },
    remembered() {
      isRemembered = true;
    },
    async heard(part, value) {
      heard = originals && await keep(part, value);
    },
    async settled({ outcome, code, body }) {
      const result = body === undefined
        ? null
        : await withTurns(log.keys.digestOfPieces(partsOf(body)), principal);
      const unsent = outcome === "ok" ? "call_replayed" : "call_denied";
      await log.appendTogether(isSent ? "call_ended" : unsent, {
        runId,
        body: {
          ...call,
          outcome,
          code: code ?? null,
          result,
          resultBytes: body?.length ?? 0,
          original: heard,
          ms: Math.round((performance.now() - began) * 1000) / 1000,
          ...(isSent && { cache: isRemembered ? "hit" : "none" }),
          privacy: tally.take(session),
        },
      });
    },
  };
}

/** What is digested at a stretch. */
const PART_BYTES = 1024 * 1024;

function* partsOf(bytes: Uint8Array): Generator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += PART_BYTES) yield bytes.subarray(at, at + PART_BYTES);
}
