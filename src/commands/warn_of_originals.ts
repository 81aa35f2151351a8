import type { AuditConfig } from "../config/storage.ts";

/** Says that unmasked values are kept; nothing where they are not. */
export function warnOfOriginals({ enabled, originals }: AuditConfig): readonly string[] {
  if (!enabled || !originals.enabled) return [];
  return [
    `audit.originals is on: unmasked programs, arguments and answers are kept, sealed, for ` +
    `${originals.retentionDays} days; "deno task audit originals RUN" shows them`,
  ];
}
