import { z } from "zod";
import type { RiskLevel } from "../model/risk.ts";

/** How far workers are kept from the machine, beside Deno's permissions. */
export interface Isolation {
  /** A tier that the machine cannot give is an error at start. */
  readonly tier: "process" | "bubblewrap" | "container";
  /** The OCI runtime of the tier "container"; absent for "crun". */
  readonly runtime?: string | undefined;
  /** Stronger tiers for programs of a level and above. */
  readonly byRisk?:
    | { readonly [Level in RiskLevel]?: "process" | "bubblewrap" | "container" | undefined }
    | undefined;
}

const tier = z.enum(["process", "bubblewrap", "container"]);

/** The section `isolation`. */
export const isolationSection = z.strictObject({
  tier: tier.default("process"),
  runtime: z.string().regex(/^[a-z][a-z0-9_-]{0,31}$/).optional().describe(
    'OCI runtime of the tier "container"; "crun" where it is absent',
  ),
  byRisk: z.strictObject({
    low: tier.optional(),
    medium: tier.optional(),
    high: tier.optional(),
    critical: tier.optional(),
  }).optional().describe("Stronger tiers for programs of a level and above"),
}).refine(
  ({ tier, runtime, byRisk }) =>
    runtime === undefined || [tier, ...Object.values(byRisk ?? {})].includes("container"),
  { path: ["runtime"], message: 'expected only with the tier "container"' },
).prefault({});
