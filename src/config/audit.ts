import { z } from "zod";

/** What is kept as proof, in `audit.db` of the state's folder. */
export interface AuditConfig {
  /** Whether it is written down what happens. */
  readonly enabled: boolean;
  /** Older entries are removed, and what was removed is written down; absent: all stay. */
  readonly retentionDays?: number | undefined;
  /** What is in the audit only masked or as a digest. */
  readonly originals: OriginalsConfig;
}

/** Where unmasked values are kept as proof, sealed, in `originals.db` of the state's folder. */
export interface OriginalsConfig {
  /** Whether they are kept at all. */
  readonly enabled: boolean;
  /** Older ones are removed, and that they were is written down. */
  readonly retentionDays: number;
  /** Name of an environment variable with the key; absent: it is in `originals.key`. */
  readonly keyEnv?: string | undefined;
}

/** What of an audit differs from the defaults. */
export interface AuditInput extends Partial<Omit<AuditConfig, "originals">> {
  /** What differs from the defaults. */
  readonly originals?: Partial<OriginalsConfig> | undefined;
}

/** The section `audit`. */
export const auditSection = z.strictObject({
  enabled: z.boolean().default(true).describe("Whether it is written down what happens"),
  retentionDays: z.number().int().min(1).max(36_500).optional().describe(
    "Older entries are removed, and what was removed is written down; absent: all stay",
  ),
  originals: z.strictObject({
    enabled: z.boolean().default(false).describe(
      "Whether unmasked programs, arguments and answers are kept too, sealed",
    ),
    retentionDays: z.number().int().min(1).max(36_500).default(30),
    keyEnv: z.string().min(1).optional().describe(
      "Name of an environment variable with the key; absent: it is in originals.key",
    ),
  }).prefault({}),
}).prefault({});
