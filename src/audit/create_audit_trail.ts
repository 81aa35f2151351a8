import { type Anomaly, AnomalyWatch } from "./anomaly_watch.ts";
import type { AuditedRun, AuditTrail, CallAudit, RunAudit, RunStart } from "./audit_trail.ts";
import type { AuditKind } from "./audit_entry.ts";
import type { AuditLog } from "./audit_log.ts";
import { NO_ORIGINALS, type OriginalsSink } from "./originals.ts";
import { withTurns } from "../work/host_turns.ts";
import { jsonPieces } from "../text/write_json.ts";
import { canonicalJson } from "../text/json_value.ts";
import type { CallRecord, RunResult } from "../model/run_result.ts";
import { sha256 } from "../text/sha256.ts";
import type { PrivacyEvent } from "../privacy/privacy_event.ts";

interface CreateAuditTrailOptions {
  /** Takes personal data out of a program's text. */
  redact(text: string, run: AuditedRun): Promise<string>;
  /** Keeps unmasked what the log holds masked. Default: nothing is kept. */
  readonly originals?: OriginalsSink | undefined;
  /** Removes what is past its time. Default: nothing is. */
  readonly sweep?: (log: AuditLog) => Promise<void>;
  /** Told of runs that are unlike those before, once it is written down. */
  readonly onAnomaly?: (anomaly: Anomaly) => void;
  /** What writes the entries. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Makes the trail that a log holds; the log is closed with it. */
export function createAuditTrail(log: AuditLog, options: CreateAuditTrailOptions): AuditTrail {
  const { redact, originals = NO_ORIGINALS, versions, onAnomaly = () => {} } = options;
  const tally = new PrivacyTally();
  const watch = new AnomalyWatch(log.store);
  log.append("host_started", {
    body: {
      versions,
      keyId: log.keys.keyId,
      publicKey: log.keys.publicKey,
      originals: originals.kind,
    },
  });
  return {
    begin: (run) => writeRun(run, { log, tally, watch, redact, versions, onAnomaly, originals }),
    approval: async (kind, entry) => void await log.append(kind, entry),
    journalLost: async () => void await log.append("journal_lost", { body: {} }),
    sweep: async () => await options.sweep?.(log),
    count: (events) => tally.add(events),
    [Symbol.dispose]() {
      originals[Symbol.dispose]();
      log[Symbol.dispose]();
    },
  };
}

interface WriteRunOptions {
  readonly log: AuditLog;
  readonly tally: PrivacyTally;
  readonly watch: AnomalyWatch;
  onAnomaly(anomaly: Anomaly): void;
  redact(text: string, run: AuditedRun): Promise<string>;
  readonly versions: Readonly<Record<string, string>>;
  readonly originals: OriginalsSink;
}

/** Writes one run into the log, as it goes. */
function writeRun(run: AuditedRun, options: WriteRunOptions): RunAudit {
  const { log, tally, originals } = options;
  const { runId, session = runId } = run;
  let isOpen = false;
  let given: string | undefined;
  const write = async (kind: AuditKind, body: unknown) =>
    void await log.append(kind, { runId, body });
  return {
    async started(start) {
      await write(start.isResumed ? "run_resumed" : "run_started", await bodyOf(start));
      isOpen = true;
    },
    call: (call) => writeCall(call, { ...options, runId, session, principal: run.principal }),
    waits: (approvals) => write("run_waiting", { approvals }),
    granted: (rights) => write("permissions_granted", rights),
    attempt: (attempt) => write("escape_attempt", attempt),
    touched: async (read) => await write("permissions_touched", await read()),
    gave(json) {
      given = json;
    },
    async ended(result) {
      const original = given === undefined
        ? undefined
        : originals.keepJson({ runId, call: 0, part: "result" }, given);
      const body = { ...endOf(result, log), original, privacy: tally.take(session) };
      await write("run_ended", body);
      isOpen = false;
      for (const anomaly of options.watch.look(run.principal, result)) {
        await write("anomaly", anomaly);
        options.onAnomaly(anomaly);
      }
    },
    async gaveUp(code) {
      if (!isOpen) return;
      await write("run_ended", { status: "failed", code, privacy: tally.take(session) });
    },
  };

  async function bodyOf({ code, ...start }: RunStart) {
    const { principal } = run;
    const program = await options.redact(code, run);
    const original = program === code
      ? undefined
      : originals.keepJson({ runId, call: 0, part: "program" }, JSON.stringify(code));
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
  const keep = (part: "arguments" | "answer" | "error", value: unknown) =>
    withTurns(originals.keep({ runId, call: call.seq, part }, value), principal);
  return {
    async sends(args) {
      const pieces = jsonPieces(args, "sorted");
      const digest = await withTurns(log.keys.digestOfPieces(pieces), principal);
      const original = await keep("arguments", args);
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
      heard = await keep(part, value);
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

/** Bytes that are digested between two pauses. */
const PART_BYTES = 1024 * 1024;

function* partsOf(bytes: Uint8Array): Generator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += PART_BYTES) yield bytes.subarray(at, at + PART_BYTES);
}

/** How often something was done to values, by `KIND action`. */
type PrivacyCounts = Readonly<Record<string, number>>;

/** Counted sessions at most; the eldest is dropped. */
const MAX_SESSIONS = 10_000;

/**
 * Counts privacy events until they are written down. Runs of one session share their counts: each is
 * given out once, to the run that writes next.
 */
class PrivacyTally {
  readonly #sessions = new Map<string, Map<string, number>>();

  add(events: readonly PrivacyEvent[]): void {
    for (const { session, kind, action } of events) {
      const counts = this.#of(session);
      const name = `${kind} ${action}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }

  /** Gives what was counted of a session since the last time; undefined for nothing. */
  take(session: string): PrivacyCounts | undefined {
    const counts = this.#sessions.get(session);
    if (counts === undefined) return undefined;
    this.#sessions.delete(session);
    return Object.fromEntries(counts);
  }

  #of(session: string): Map<string, number> {
    const known = this.#sessions.get(session);
    if (known !== undefined) return known;
    const counts = new Map<string, number>();
    this.#sessions.set(session, counts);
    const [eldest] = this.#sessions.keys();
    if (this.#sessions.size > MAX_SESSIONS) this.#sessions.delete(eldest!);
    return counts;
  }
}
