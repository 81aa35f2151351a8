import { z } from "zod";
import { DAY_MS } from "../text/day_ms.ts";

/** The folders that Airlock works in, absolute. */
export interface Folders {
  /** Generated wrappers. */
  readonly servers: string;
  /** Skills. */
  readonly skills: string;
  /** Files of sessions and runs. */
  readonly workspace: string;
  /** Airlock's own state: journal, audit, vaults, keys. */
  readonly state: string;
}

/** The journal of runs. */
export interface JournalConfig {
  /** "file" for the folder `state`; "memory" ends with the process. */
  readonly keep: "file" | "memory";
  /** How long results are kept. */
  readonly days: number;
}

/** The audit log, in `audit.db` of the folder `state`. */
export interface AuditConfig {
  /** Whether an audit log is written. */
  readonly enabled: boolean;
  /** Older entries are removed, and the removal is logged; unset keeps all. */
  readonly retentionDays?: number | undefined;
  /** The values that the audit log has only masked or as a digest. */
  readonly originals: OriginalsConfig;
}

/** Unmasked programs, arguments and results, sealed in `originals.db` of the folder `state`. */
export interface OriginalsConfig {
  /** Whether they are kept. */
  readonly enabled: boolean;
  /** Older ones are removed, and the removal is logged. */
  readonly retentionDays: number;
  /** Name of an environment variable with the key; unset for the file `originals.key`. */
  readonly keyEnv?: string | undefined;
}

/** The section `audit` as it may be written. */
export interface AuditInput extends Partial<Omit<AuditConfig, "originals">> {
  /** Settings that differ from the defaults. */
  readonly originals?: Partial<OriginalsConfig> | undefined;
}

/** How long sessions and files of runs are kept. */
export interface SessionsConfig {
  /** A session without a run for this long is closed, with its files and vault; in milliseconds. */
  readonly idleMs: number;
  /** A session of this age is closed, even if it is in use; in milliseconds. */
  readonly maxAgeMs: number;
  /** How long files of runs without a session are kept, in milliseconds. */
  readonly runFilesMs: number;
}

/** The cache of tool results, in memory. */
export interface CacheConfig {
  /** Size of all cached results together. */
  readonly maxBytes: number;
}

const MiB = 1024 * 1024;

const days = z.number().int().min(1).max(36_500);
const ageMs = z.number().int().min(1_000);

/** The section `folders`. */
export const foldersSection = z.strictObject({
  servers: z.string().default("servers"),
  skills: z.string().default("skills"),
  workspace: z.string().default("workspace"),
  state: z.string().default(".airlock"),
}).prefault({}) satisfies z.ZodType<Folders>;

/** The section `journal`. */
export const journalSection = z.strictObject({
  keep: z.enum(["file", "memory"]).default("file"),
  days: z.number().int().min(1).max(3_650).default(7),
}).prefault({}) satisfies z.ZodType<JournalConfig>;

/** The section `audit`. */
export const auditSection = z.strictObject({
  enabled: z.boolean().default(true),
  retentionDays: days.optional(),
  originals: z.strictObject({
    enabled: z.boolean().default(false),
    retentionDays: days.default(30),
    keyEnv: z.string().min(1).optional(),
  }).prefault({}),
}).prefault({}) satisfies z.ZodType<AuditConfig>;

/** The section `sessions`. */
export const sessionsSection = z.strictObject({
  idleMs: ageMs.default(30 * DAY_MS),
  maxAgeMs: ageMs.default(365 * DAY_MS),
  runFilesMs: ageMs.default(7 * DAY_MS),
}).prefault({}) satisfies z.ZodType<SessionsConfig>;

/** The section `cache`. */
export const cacheSection = z.strictObject({
  maxBytes: z.number().int().min(0).default(64 * MiB),
}).prefault({}) satisfies z.ZodType<CacheConfig>;
