import type { AuditEntry, EntryContent } from "./audit_entry.ts";
import { sha256 } from "../text/sha256.ts";

/** What the first entry follows. */
export const GENESIS = "0".repeat(64);

/** SHA-256 of what an entry says, in hexadecimal. */
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
