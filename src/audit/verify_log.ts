import {
  type AuditEntry,
  checkpointText,
  contentDigest,
  GENESIS,
  headText,
  linkDigest,
} from "./audit_entry.ts";
import type { AuditLog } from "./audit_log.ts";

interface AuditProblem {
  /** The entry; 0 where it is the log's. */
  readonly seq: number;
  readonly message: string;
}

/** The state of a log. */
export interface Verification {
  readonly entries: number;
  readonly checkpoints: number;
  /** Entries that were removed because of their age. */
  readonly removed: number;
  /** The last entry, as `seq:digest`: kept elsewhere, it shows later that nothing was cut off. */
  readonly head: string;
  readonly keyId: string;
  /** SPKI, in base64, to verify a pack with. */
  readonly publicKey: string;
  readonly problems: readonly AuditProblem[];
}

/** What a head is written like. */
export const HEAD = /^(0|[1-9]\d{0,14}):[0-9a-f]{64}$/;

/** Problems beyond these are the same one over and over. */
const MAX_PROBLEMS = 20;

/**
 * Looks for entries that were changed, removed, reordered or cut off.
 *
 * @param known an earlier `head`, which must still be in the log
 */
export function verifyLog(log: AuditLog, known?: string): Verification {
  const problems: AuditProblem[] = [];
  const tell = (seq: number, message: string) => {
    if (problems.length < MAX_PROBLEMS) problems.push({ seq, message });
  };
  const seen = lookThrough(log, { known, tell });
  return {
    entries: seen.entries,
    checkpoints: seen.checkpoints,
    removed: seen.removed,
    head: nameHead(seen.last),
    keyId: log.keys.keyId,
    publicKey: log.keys.publicKey,
    problems,
  };
}

interface Seen {
  entries: number;
  checkpoints: number;
  removed: number;
  last: Pick<AuditEntry, "seq" | "digest">;
}

/** Of what cannot be read is told what has been seen until then. */
function lookThrough(
  log: AuditLog,
  { known, tell }: { known: string | undefined; tell: Tell },
): Seen {
  const seen: Seen = { entries: 0, checkpoints: 0, removed: 0, last: BEGINNING };
  const removals = new Map<number, string>();
  let last: Seen["last"] | undefined;
  let first: AuditEntry | undefined;
  try {
    for (const entry of log.read()) {
      first ??= entry;
      seen.entries++;
      checkLink(entry, last ?? { seq: entry.seq - 1, digest: entry.previous }, tell);
      if (entry.kind === "checkpoint") {
        seen.checkpoints++;
        checkSignature(entry, { log, last, tell });
      }
      if (entry.kind === "log_lost") tell(entry.seq, "says that the log before it is gone");
      if (entry.kind === "entries_removed") noteRemoval(entry, removals);
      seen.last = last = entry;
    }
    checkHead(log, last, tell);
    seen.removed = checkBeginning(first, { removals, log, tell });
    if (known !== undefined) checkKnown(known, { log, removed: seen.removed, tell });
  } catch (error) {
    tell(0, `what follows entry ${seen.last.seq} cannot be read: ${(error as Error).message}`);
  }
  return seen;
}

/** The head of a log without entries. */
export const BEGINNING = { seq: 0, digest: GENESIS };

function nameHead({ seq, digest }: Pick<AuditEntry, "seq" | "digest">): string {
  return `${seq}:${digest}`;
}

type Tell = (seq: number, message: string) => void;

function checkLink(
  entry: AuditEntry,
  before: Pick<AuditEntry, "seq" | "digest">,
  tell: Tell,
): void {
  const { seq, previous, digest } = entry;
  if (seq !== before.seq + 1) {
    tell(seq, `entries ${before.seq + 1} to ${seq - 1} are missing`);
  } else if (previous !== before.digest) {
    tell(seq, "does not follow the entry before it");
  }
  if (digest !== linkDigest({ seq, previous, content: contentDigest(entry) })) {
    tell(seq, "was changed");
  }
}

function checkSignature(
  { seq, body }: AuditEntry,
  { log: { keys }, last, tell }: {
    log: AuditLog;
    last: Pick<AuditEntry, "seq" | "digest"> | undefined;
    tell: Tell;
  },
): void {
  const { upTo, digest, keyId, signature } = readBody(body);
  if (keyId !== keys.keyId) return tell(seq, "is signed by another key");
  if (typeof signature !== "string") return tell(seq, "is not signed");
  const text = checkpointText({ upTo: Number(upTo), digest: String(digest), keyId });
  if (!keys.isSigned(text, signature)) tell(seq, "has a wrong signature");
  if (last !== undefined && (upTo !== last.seq || digest !== last.digest)) {
    tell(seq, "signs another entry than the one before it");
  }
}

function noteRemoval({ body }: AuditEntry, removals: Map<number, string>): void {
  const { to, lastDigest } = readBody(body);
  if (typeof to === "number" && typeof lastDigest === "string") removals.set(to, lastDigest);
}

/** The keyed HMAC of the head shows entries that were cut off after the last signature. */
function checkHead(
  { store, keys }: AuditLog,
  last: Pick<AuditEntry, "seq" | "digest"> | undefined,
  tell: Tell,
): void {
  const head = store.head();
  if (head === undefined) return tell(0, "the end of the log is not written down");
  if (head.mac !== keys.mac(headText(head))) tell(0, "the end of the log was changed");
  const { seq, digest } = last ?? BEGINNING;
  if (head.seq !== seq || head.digest !== digest) {
    tell(0, `the log ends at entry ${seq}, and was written to ${head.seq}`);
  }
}

/** Checks that each removal because of age left an entry. */
function checkBeginning(
  first: AuditEntry | undefined,
  { removals, log, tell }: { removals: Map<number, string>; log: AuditLog; tell: Tell },
): number {
  if (first === undefined) return 0;
  const removed = first.seq - 1;
  const expected = removed === 0 ? GENESIS : removals.get(removed);
  if (expected === undefined) tell(first.seq, `entries 1 to ${removed} are missing`);
  else if (first.previous !== expected) tell(first.seq, "does not follow what was removed");
  const stated = log.store.head()?.removedTo;
  if (stated !== undefined && stated !== removed) {
    tell(first.seq, `the log begins at entry ${first.seq}, and was removed to ${stated}`);
  }
  return removed;
}

function checkKnown(
  known: string,
  { log, removed, tell }: { log: AuditLog; removed: number; tell: Tell },
): void {
  const [seq] = known.split(":").map(Number);
  if (seq === undefined || !HEAD.test(known)) return tell(0, `"${known}" is no head of a log`);
  if (seq > 0 && seq <= removed) return;
  const [entry = BEGINNING] = log.read({ fromSeq: seq, toSeq: seq });
  if (nameHead(entry) !== known) tell(seq, "is not the entry that was the last one before");
}

function readBody(body: string): Record<string, unknown> {
  try {
    const value = JSON.parse(body);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
