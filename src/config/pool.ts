import { z } from "zod";

/** Workers that are started ahead of the runs that need them, about 50 MB each. */
export interface PoolConfig {
  /** Kept waiting for runs that have no session. */
  readonly idleWorkers: number;
  /** Sessions for whose next run one is kept waiting. */
  readonly idleSessions: number;
}

/** The section `pool`. */
export const poolSection = z.strictObject({
  idleWorkers: z.number().int().min(0).max(64).default(2),
  idleSessions: z.number().int().min(0).max(64).default(2),
}).prefault({});
