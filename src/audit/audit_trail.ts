import type { CallRecord, EscapeAttempt, RunResult } from "../model/run_result.ts";
import type { PrivacyEvent } from "../privacy/privacy_event.ts";
import type { TouchedPermissions } from "../result/ending.ts";

/** Who runs what, and where. */
export interface AuditedRun {
  readonly runId: string;
  readonly session?: string | undefined;
  readonly principal: string;
  /** Which tools it may call. */
  readonly permission?: string | undefined;
  /** Aborts when the run is not wanted any more. */
  readonly signal?: AbortSignal | undefined;
}

/** What is known when a program was admitted or refused. */
export interface RunStart {
  /** "program", or "classic" for a call that was asked for without one. */
  readonly mode: "program" | "classic";
  /** Whether it was begun before, in this process or another. */
  readonly isResumed?: boolean;
  /** The run whose program it is made instead of. */
  readonly fallbackOf?: string | undefined;
  /** The program as it was given. */
  readonly code: string;
  /** What it may call. */
  readonly capabilities: readonly { readonly server: string; readonly tool: string }[];
  /** Its specifiers, and those of the skills that it reaches. */
  readonly imports: readonly string[];
  /** "admitted", or the code of why not. */
  readonly admission: string;
  /** How many warnings the type check let pass; null where none was made. */
  readonly warnings: number | null;
  /** The level of its risk; null where it was not assessed. */
  readonly risk: string | null;
  /** The tier that encloses the worker. */
  readonly tier: string;
}

/** What a worker may touch, and how it is enclosed. */
interface GrantedRights {
  readonly tier: string;
  /** As they were given to the runtime, without paths of the host. */
  readonly flags: readonly string[];
}

/** What became of a call. */
interface AuditedOutcome {
  readonly outcome: CallRecord["outcome"];
  readonly code?: string | undefined;
  /** What the program was given. */
  readonly body?: Uint8Array;
}

/** One call, from before it is made. */
export interface CallAudit {
  /**
   * Writes that it is about to be made; it must not be before this resolves.
   *
   * @throws {AirlockError} AUDIT_FAILED; then it must not be made at all
   */
  sends(args: unknown): Promise<void>;
  /** Notes that the answer came from the cache. */
  remembered(): void;
  /**
   * Takes what the server said, an answer or an error, before it is masked: kept only where originals
   * are, and sealed.
   *
   * @throws {AirlockError} AUDIT_FAILED
   */
  heard(part: "answer" | "error", said: unknown): Promise<void>;
  /**
   * Writes what became of it.
   *
   * @throws {AirlockError} AUDIT_FAILED
   */
  settled(outcome: AuditedOutcome): Promise<void>;
}

/** What is written of one run. All of it throws AUDIT_FAILED where it cannot be. */
export interface RunAudit {
  /** Before anything of it happens. */
  started(start: RunStart): Promise<void>;
  call(call: Pick<CallRecord, "seq" | "server" | "tool">): CallAudit;
  /** Before the worker gets the program. */
  granted(rights: GrantedRights): Promise<void>;
  attempt(attempt: EscapeAttempt): Promise<void>;
  /** When the worker is done with it. */
  touched(read: () => Promise<TouchedPermissions>): Promise<void>;
  /** Takes what the program gave, as JSON: kept only where originals are, and sealed. */
  gave(json: string): void;
  ended(result: RunResult): Promise<void>;
  /** That it waits for persons. */
  waits(approvals: readonly string[]): Promise<void>;
  /** For a run that came to no result; nothing where it had not started. */
  gaveUp(code: string): Promise<void>;
}

/** Where runs are written down. */
export interface AuditTrail extends Disposable {
  begin(run: AuditedRun): RunAudit;
  /** Writes what a person is asked or decides. */
  approval(
    kind: "approval_asked" | "approval_decided" | "approval_used",
    entry: { readonly runId: string; readonly body: unknown },
  ): Promise<void>;
  /** Writes that nothing is left of the journal of runs. */
  journalLost(): Promise<void>;
  /** Removes what is past its time, and writes down that it did. */
  sweep(): Promise<void>;
  /** Counts privacy events, for the next entry of their session. */
  count(events: readonly PrivacyEvent[]): void;
}

const NO_CALL: CallAudit = {
  sends: () => Promise.resolve(),
  remembered() {},
  heard: () => Promise.resolve(),
  settled: () => Promise.resolve(),
};

/** The trail of a configuration without one. */
export const NO_AUDIT: AuditTrail = {
  begin: () => ({
    started: () => Promise.resolve(),
    call: () => NO_CALL,
    granted: () => Promise.resolve(),
    attempt: () => Promise.resolve(),
    touched: () => Promise.resolve(),
    gave() {},
    ended: () => Promise.resolve(),
    waits: () => Promise.resolve(),
    gaveUp: () => Promise.resolve(),
  }),
  approval: () => Promise.resolve(),
  journalLost: () => Promise.resolve(),
  sweep: () => Promise.resolve(),
  count() {},
  [Symbol.dispose]() {},
};
