import type { AuditEntry } from "./audit_entry.ts";
import type { AuditLog } from "./audit_log.ts";
import { checkpointText, contentDigest, GENESIS, linkDigest } from "./chain.ts";
import { headText } from "./head_text.ts";

/** What was found wrong. */
export interface AuditProblem {
  /** The entry; 0 where it is the log's. */
  readonly seq: number;
  readonly message: string;
}

/** What is so of a log. */
export interface Verification {
  readonly entries: number;
  readonly checkpoints: number;
  /** Entries that were removed because of their age. */
  readonly removed: number;
  /** The last entry, as `seq:digest`; whoever keeps it can show later that nothing was cut off. */
  readonly head: string;
  readonly keyId: string;
  /** SPKI, in base64: for whoever verifies a pack. */
  readonly publicKey: string;
  readonly problems: readonly AuditProblem[];
}

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
  const state = { entries: 0, checkpoints: 0, removals: new Map<number, string>() };
  let last: Pick<AuditEntry, "seq" | "digest"> | undefined;
  let first: AuditEntry | undefined;
  for (const entry of log.read()) {
    first ??= entry;
    state.entries++;
    checkLink(entry, last ?? { seq: entry.seq - 1, digest: entry.previous }, tell);
    if (entry.kind === "checkpoint") {
      state.checkpoints++;
      checkSignature(entry, { log, last, tell });
    }
    if (entry.kind === "entries_removed") noteRemoval(entry, state.removals);
    last = entry;
  }
  checkHead(log, last, tell);
  const removed = checkBeginning(first, { removals: state.removals, log, tell });
  if (known !== undefined) checkKnown(known, { log, removed, tell });
  return {
    entries: state.entries,
    checkpoints: state.checkpoints,
    removed,
    head: last === undefined ? `0:${GENESIS}` : `${last.seq}:${last.digest}`,
    keyId: log.keys.keyId,
    publicKey: log.keys.publicKey,
    problems,
  };
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
  if (head === undefined) {
    if (last !== undefined) tell(0, "the end of the log is not written down");
    return;
  }
  if (head.mac !== keys.mac(headText(head))) tell(0, "the end of the log was changed");
  if (head.seq !== last?.seq || head.digest !== last?.digest) {
    tell(0, `the log ends at entry ${last?.seq ?? 0}, and was written to ${head.seq}`);
  }
}

/** What was removed because of its age left an entry that says so. */
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
  const [seq, digest] = [Number(known.split(":")[0]), known.split(":")[1]];
  if (seq <= removed) return;
  const [entry] = log.read({ fromSeq: seq, toSeq: seq });
  if (entry?.digest !== digest) tell(seq, "is not the entry that was the last one before");
}

function readBody(body: string): Record<string, unknown> {
  try {
    const value = JSON.parse(body);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
