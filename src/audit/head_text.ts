import type { AuditHead } from "./audit_store.ts";

/** What the keyed HMAC of the end of a chain is made over. */
export function headText({ seq, digest, removedTo }: Omit<AuditHead, "mac">): string {
  return JSON.stringify([seq, digest, removedTo]);
}
