import { z } from "zod";
import { MAX_TIMEOUT_MS } from "../model/run_request.ts";
import type { RiskLevel } from "../model/risk.ts";

/** Limits of one run; every field is set. */
export interface Limits {
  /** Longest time from the program's start to its end, in milliseconds; at most five minutes. */
  readonly timeoutMs: number;
  /** CPU time of all cores together, in milliseconds. */
  readonly cpuMs: number;
  /** Cores that a worker may use, 0.5 for half of one; short bursts above it are tolerated. */
  readonly cpuShare: number;
  /** CPU time within any minute of all programs of one principal, and of the host's work for them. */
  readonly principalCpuMs: number;
  /** V8 heap limit. */
  readonly heapBytes: number;
  /** Memory of the whole worker: the heap, memory outside of it, and 60 MiB of the runtime itself. */
  readonly memoryBytes: number;
  /** Threads of the worker, of which the runtime itself may have 50. */
  readonly threads: number;
  /** Files that are open at once. */
  readonly openFiles: number;
  /** Size of one file. */
  readonly fileBytes: number;
  /** Size of all files of the workspace. */
  readonly workspaceBytes: number;
  /** Files and folders of the workspace. */
  readonly workspaceFiles: number;
  /** Size of all log lines of a program. */
  readonly outputBytes: number;
  /** Tool calls, and calls of the module `airlock`. */
  readonly calls: number;
  /** Calls at once; further ones wait in the worker. */
  readonly callsInFlight: number;
  /** Size of one call's arguments, of one call's result, and of the returned value. */
  readonly callBytes: number;
  /** Size of one call's arguments, where that is less than `callBytes`. */
  readonly argumentBytes: number;
  /** Nested objects and lists of the values that `callBytes` bounds. */
  readonly callDepth: number;
  /** JSON values, whatever their type, of the values that `callBytes` bounds. */
  readonly callNodes: number;
  /** Names in one object of a call's arguments or result. */
  readonly callNames: number;
  /** Size of one call of the module `airlock`, and of the error that ends a program. */
  readonly askBytes: number;
  /** Size of the program's text. */
  readonly programBytes: number;
  /** A value that costs more model tokens goes to the workspace and comes back by reference. */
  readonly resultModelTokens: number;
}

const MiB = 1024 * 1024;

/** The section `limits`. */
export const limitsSection = z.strictObject({
  timeoutMs: z.number().int().min(1).max(MAX_TIMEOUT_MS).default(30_000),
  cpuMs: z.number().int().min(1).max(3_600_000).default(60_000),
  cpuShare: z.number().min(0.05).max(64).default(1),
  principalCpuMs: z.number().int().min(1_000).max(86_400_000).default(120_000),
  heapBytes: z.number().int().min(16 * MiB).default(512 * MiB),
  memoryBytes: z.number().int().min(96 * MiB).default(1_024 * MiB),
  threads: z.number().int().min(16).default(128),
  openFiles: z.number().int().min(64).max(65_536).default(256),
  fileBytes: z.number().int().min(1).default(256 * MiB),
  workspaceBytes: z.number().int().min(1).default(512 * MiB),
  workspaceFiles: z.number().int().min(1).max(1_000_000).default(10_000),
  outputBytes: z.number().int().min(1).default(1 * MiB),
  calls: z.number().int().min(0).default(1_000),
  callsInFlight: z.number().int().min(1).default(100),
  callBytes: z.number().int().min(1).max(1_024 * MiB).default(128 * MiB),
  argumentBytes: z.number().int().min(1_024).max(512 * MiB).default(16 * MiB),
  callDepth: z.number().int().min(8).max(1_000).default(200),
  callNodes: z.number().int().min(100).max(10_000_000).default(1_000_000),
  callNames: z.number().int().min(100).max(1_000_000).default(100_000),
  askBytes: z.number().int().min(1_024).max(128 * MiB).default(16 * MiB),
  programBytes: z.number().int().min(1).default(1 * MiB),
  resultModelTokens: z.number().int().min(1).default(8_000),
}).prefault({}) satisfies z.ZodType<Limits>;

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
