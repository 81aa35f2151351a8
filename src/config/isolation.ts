import { z } from "zod";
import type { RiskLevel } from "../model/risk.ts";

/** How workers are isolated from the machine, beside Deno's permissions. */
export interface Isolation {
  /** A tier that the machine cannot give is an error at start. */
  readonly tier: "process" | "bubblewrap" | "container";
  /** The OCI runtime of the tier "container"; unset for "crun". */
  readonly runtime?: string | undefined;
  /** Stronger tiers for programs of a level and above. */
  readonly byRisk?:
    | { readonly [Level in RiskLevel]?: "process" | "bubblewrap" | "container" | undefined }
    | undefined;
}

/** Workers that are started ahead of the runs that need them, about 50 MB each. */
export interface PoolConfig {
  /** Idle workers for runs without a session. */
  readonly idleWorkers: number;
  /** Sessions with an idle worker for their next run. */
  readonly idleSessions: number;
}

const tier = z.enum(["process", "bubblewrap", "container"]);

/** The section `isolation`. */
export const isolationSection = z.strictObject({
  tier: tier.default("process"),
  runtime: z.string().regex(/^[a-z][a-z0-9_-]{0,31}$/).optional(),
  byRisk: z.strictObject({
    low: tier.optional(),
    medium: tier.optional(),
    high: tier.optional(),
    critical: tier.optional(),
  }).optional(),
}).refine(
  ({ tier, runtime, byRisk }) =>
    runtime === undefined || [tier, ...Object.values(byRisk ?? {})].includes("container"),
  { path: ["runtime"], message: 'expected only with the tier "container"' },
).prefault({}) satisfies z.ZodType<Isolation>;

/** The section `pool`. */
export const poolSection = z.strictObject({
  idleWorkers: z.number().int().min(0).max(64).default(2),
  idleSessions: z.number().int().min(0).max(64).default(2),
}).prefault({}) satisfies z.ZodType<PoolConfig>;
