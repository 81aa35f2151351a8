import { z } from "zod";

/** What is kept as proof, in `audit.db` of the state's folder. */
export interface AuditConfig {
  /** Whether it is written down what happens. */
  readonly enabled: boolean;
  /** Older entries are removed, and what was removed is written down; absent: all stay. */
  readonly retentionDays?: number | undefined;
}

/** The section `audit`. */
export const auditSection = z.strictObject({
  enabled: z.boolean().default(true).describe("Whether it is written down what happens"),
  retentionDays: z.number().int().min(1).max(36_500).optional().describe(
    "Older entries are removed, and what was removed is written down; absent: all stay",
  ),
}).prefault({});
