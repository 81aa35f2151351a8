/** What an entry tells of. */
export type AuditKind =
  /** A host began to write: which versions of what. */
  | "host_started"
  /** A program was admitted or refused; or a classic call was asked for. */
  | "run_started"
  /** The program of a run starts again: after a person decided, or on another host. */
  | "run_resumed"
  /** A run waits for a person. */
  | "run_waiting"
  /** A person is asked. */
  | "approval_asked"
  /** A person has decided, or nobody has in time. */
  | "approval_decided"
  /** A call is about to be made. */
  | "call_started"
  /** What became of a call. */
  | "call_ended"
  /** A program that started again was given what its call had led to before. */
  | "call_replayed"
  /** A call was refused before anything was sent. */
  | "call_denied"
  /** A worker is about to get a program: its tier, and the flags that it was started with. */
  | "permissions_granted"
  /** A program tried something beyond its rights. */
  | "escape_attempt"
  /** A worker is done with its program: all that it touched, within its rights and beyond. */
  | "permissions_touched"
  /** A run has its result. */
  | "run_ended"
  /** Something that is not as it was before. */
  | "anomaly"
  /** There was a log before this one, and nothing of it is left. */
  | "log_lost"
  /** All until here, signed. */
  | "checkpoint"
  /** Entries were removed because of their age. */
  | "entries_removed"
  /** Events of the door were removed because of their age. */
  | "privacy_events_removed"
  /** Sealed originals were removed because of their age. */
  | "originals_removed"
  /** Somebody is about to look at the sealed originals of a run. */
  | "originals_read"
  /** Somebody took an evidence pack of a run. */
  | "exported";

/** One entry, as it is stored. */
export interface AuditEntry {
  /** From 1, without a gap. */
  readonly seq: number;
  /** Digest of the entry before; of the first one, 64 zeros. */
  readonly previous: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly kind: AuditKind;
  /** Empty where it is no run's. */
  readonly runId: string;
  /** JSON; no value in it that was not masked. */
  readonly body: string;
  /** SHA-256 over all the others, see `linkDigest`. */
  readonly digest: string;
}

/** What an entry says, beside its place in the chain. */
export type EntryContent = Pick<AuditEntry, "at" | "kind" | "runId" | "body">;
