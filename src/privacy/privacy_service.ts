import type { PrivacySink } from "./privacy_event.ts";
import type { RunPrivacy } from "./run_privacy.ts";

/** Masks and restores values for all sessions of a runtime. */
export interface PrivacyService extends AsyncDisposable {
  /**
   * Opens the privacy of a run; runs of one session share it.
   *
   * @throws {AirlockError} BUSY where another process works with the session, CONFIG_INVALID where
   * the operator's key is not one
   */
  open(owner: PrivacyOwner): Promise<PrivacyLease>;
  /** Forgets the values of a run without a session, once its lease has ended. */
  forget(runId: string): Promise<void>;
  /** Forgets the values of all runs without a session but the kept ones. */
  forgetAllBut(isKept: (runId: string) => boolean): Promise<void>;
  /**
   * Masks a text that belongs to no session, such as what a server said when it failed; `out` for
   * one whose tokens stay.
   */
  redact(text: string, direction?: "in" | "out"): string;
  /** Like `redact`, for a text that may be long: it is searched off the event loop. */
  redactLong(text: string, options: RedactOptions): Promise<string>;
}

export interface RedactOptions {
  /** The principal whose turns the search takes. */
  readonly principal: string;
  /** Gives up, and withholds the text. */
  readonly signal?: AbortSignal | undefined;
  /** Default: "in". */
  readonly direction?: "in" | "out";
}

/** The privacy of a run, until it is disposed of. */
export interface PrivacyLease extends AsyncDisposable {
  readonly privacy: RunPrivacy;
}

/** The run that opens a lease. */
export interface PrivacyOwner {
  readonly runId: string;
  /** The principal whose turns the run's work takes. */
  readonly principal: string;
  /** Unset for a run without one: its values are forgotten when it has ended for good. */
  readonly session?: string;
}

/** Writes privacy events down. */
export interface PrivacyAudit {
  /** Takes the events of one act. */
  readonly write: PrivacySink;
  /** Resolves when all that was taken of a principal is written; rejects where it cannot be. */
  settled(principal: string): Promise<void>;
}
