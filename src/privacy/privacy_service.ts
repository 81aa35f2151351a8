import type { PrivacySink } from "./privacy_event.ts";
import type { RunPrivacy } from "./run_privacy.ts";

/** The doors of all sessions of a runtime. */
export interface PrivacyService extends AsyncDisposable {
  /**
   * Opens the door of a run. Runs of one session share it.
   *
   * @throws {AirlockError} BUSY where another process works with the session, CONFIG_INVALID where
   * the operator's key is not one
   */
  open(owner: PrivacyOwner): Promise<PrivacyLease>;
  /** Forgets the values of a run without a session, once nobody has its door open. */
  forget(runId: string): Promise<void>;
  /** Forgets those of all such runs but the ones that are kept. */
  forgetAllBut(isKept: (runId: string) => boolean): Promise<void>;
  /**
   * Masks a text that belongs to no session, such as what a server said when it failed; `out` for
   * one whose tokens stay.
   */
  redact(text: string, direction?: "in" | "out"): string;
  /** Like `redact`, for a text that may be long: it is searched where it holds up nobody. */
  redactLong(text: string, options: RedactOptions): Promise<string>;
}

export interface RedactOptions {
  /** Whose text it is. */
  readonly principal: string;
  /** Gives up, and withholds the text. */
  readonly signal?: AbortSignal | undefined;
  /** Default: "in". */
  readonly direction?: "in" | "out";
}

/** A door for as long as a run needs it. */
export interface PrivacyLease extends AsyncDisposable {
  readonly privacy: RunPrivacy;
}

/** Whose door it is. */
export interface PrivacyOwner {
  readonly runId: string;
  /** Whose work its texts are. */
  readonly principal: string;
  /** Absent for a run that has none: its values are forgotten when it has ended for good. */
  readonly session?: string;
}

/** What writes down what doors do. */
export interface PrivacyAudit {
  /** Takes events, all of one act at once. */
  readonly write: PrivacySink;
  /** Resolves when all that was taken of a principal is written; rejects where it cannot be. */
  settled(principal: string): Promise<void>;
}
