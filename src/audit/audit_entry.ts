import { sha256 } from "../text/sha256.ts";

/** What entries tell of. */
export const AUDIT_KINDS = {
  host_started: "A host began to write: which versions of what",
  run_started: "A program was admitted or refused; or a classic call was asked for",
  run_resumed: "The program of a run starts again: after a person decided, or on another host",
  run_waiting: "A run waits for a person",
  approval_asked: "A person is asked",
  approval_decided: "A person has decided, or the time to decide is over",
  approval_used: "A run goes on by what a person has granted to another run",
  call_started: "A call is about to be made",
  call_ended: "What became of a call",
  call_replayed: "A program that started again was given what its call had led to before",
  call_denied: "A call was refused before anything was sent",
  permissions_granted:
    "A worker is about to get a program: its tier, and the flags that it was started with",
  escape_attempt: "A program tried something beyond its rights",
  permissions_touched:
    "A worker is done with its program: all that it touched, within its rights and beyond",
  run_ended: "A run has its result",
  anomaly: "Something that is not as it was before",
  log_lost: "There was a log before this one, and nothing of it is left",
  journal_lost: "There was a journal of runs before, and nothing of it is left",
  checkpoint: "All until here, signed",
  entries_removed: "Entries were removed because of their age",
  privacy_events_removed: "Privacy events were removed because of their age",
  originals_removed: "Sealed originals were removed because of their age",
  originals_read: "A person is about to look at the sealed originals of a run",
  exported: "A person took an evidence pack of a run",
} as const;

/** What an entry tells of. */
export type AuditKind = keyof typeof AUDIT_KINDS;

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

/** The content of an entry, beside its place in the chain. */
type EntryContent = Pick<AuditEntry, "at" | "kind" | "runId" | "body">;

/** The end of the chain, and where it begins since entries were removed. */
export interface AuditHead {
  readonly seq: number;
  readonly digest: string;
  /** The last entry that was removed; 0 for none. */
  readonly removedTo: number;
  /** Keyed HMAC of all that. */
  readonly mac: string;
}

/** What the first entry follows. */
export const GENESIS = "0".repeat(64);

/** SHA-256 of the content of an entry, in hexadecimal. */
export function contentDigest({ at, kind, runId, body }: EntryContent): string {
  return sha256(JSON.stringify([at, kind, runId, body]));
}

/**
 * SHA-256 that ties an entry to the one before. It needs no more of it than the digest of its
 * content, so that a proof can pass over entries without showing them.
 */
export function linkDigest(
  { seq, previous, content }: { seq: number; previous: string; content: string },
): string {
  return sha256(JSON.stringify([seq, previous, content]));
}

/** Makes the entry that follows another. */
export function follow(
  head: Pick<AuditEntry, "seq" | "digest">,
  content: EntryContent,
): AuditEntry {
  const seq = head.seq + 1;
  const previous = head.digest;
  const digest = linkDigest({ seq, previous, content: contentDigest(content) });
  return { seq, previous, ...content, digest };
}

/** What a checkpoint signs. */
export function checkpointText(
  { upTo, digest, keyId }: { upTo: number; digest: string; keyId: string },
): string {
  return JSON.stringify(["airlock audit checkpoint", upTo, digest, keyId]);
}

/** What the keyed HMAC of the end of a chain is made over. */
export function headText({ seq, digest, removedTo }: Omit<AuditHead, "mac">): string {
  return JSON.stringify([seq, digest, removedTo]);
}
