import type { Isolation } from "../config/isolation.ts";
import type { Limits } from "../config/limits.ts";
import { RISK_LEVELS, type RiskLevel } from "../model/risk.ts";
import type { Launchers } from "../process/find_command.ts";
import type { Room } from "./run_directory.ts";
import type { WorkerCommand } from "./worker_command.ts";

/** How far a worker is kept from its machine, beside Deno's permissions. */
export interface Tier {
  readonly name: "process" | "bubblewrap" | "container";
  /**
   * How a room comes to show the folders that it leads to: by links, which Deno follows, or by
   * mounts, which the tier makes.
   */
  readonly rooms: "links" | "mounts";
  /**
   * Where a worker's runtime writes down the permissions that it touches: a pipe in its room, which
   * nothing else writes to; or its standard error, where a tier passes on nothing else.
   */
  readonly record: "pipe" | "stderr" | "none";
  /** Whether signals reach a worker's process, so that it can be made to wait. */
  readonly holdable: boolean;
  /** The file without a place that a worker's memory is in, where a kernel of its own keeps it. */
  readonly memoryFile?: string | undefined;
  /**
   * The command line that runs a worker's command within the tier. Ending its process group ends
   * whatever it started, and the worker's standard streams are its own.
   */
  enclose(command: WorkerCommand, options: EncloseOptions): WorkerCommand;
}

/** Options of {@linkcode Tier.enclose}. */
export interface EncloseOptions {
  readonly room: Room;
  readonly guestDir: string;
  readonly modulesDir: string;
  readonly limits: Limits;
}

/** Something that a tier needs of its machine. */
export interface Requirement {
  /** As one says it when it is so: "bwrap is installed". */
  readonly name: string;
  /** Whether it is so; what is advised only makes the tier stronger. */
  readonly state: "met" | "missing" | "advised";
  /** What was found instead, and how to get what is missing; empty where it is met. */
  readonly remedy: string;
}

/** What a machine can give of a tier. */
export interface TierOffer {
  readonly requirements: readonly Requirement[];
  /** Absent where something is missing. */
  readonly create?: (options: CreateTierOptions) => Promise<Tier>;
}

/** Options of {@linkcode TierOffer.create}. */
export interface CreateTierOptions {
  /** The runtime's private folder, for what the tier keeps. */
  readonly dir: string;
  readonly launchers: Launchers;
}

/** The requirement, met where `found` is something. */
export function requirement(name: string, found: unknown, remedy: string): Requirement {
  return found !== undefined
    ? { name, state: "met", remedy: "" }
    : { name, state: "missing", remedy };
}

/** The tiers, the weakest first. */
const TIERS = ["process", "bubblewrap", "container"] as const satisfies Tier["name"][];

/**
 * The tier that programs of a level run in: the strongest that the configuration names for it or for
 * any level below, and never a weaker one than for all programs.
 */
export function tierAtRisk({ tier, byRisk = {} }: Isolation, level: RiskLevel): Tier["name"] {
  const upTo = RISK_LEVELS.slice(0, RISK_LEVELS.indexOf(level) + 1);
  const named = [tier, ...upTo.flatMap((each) => byRisk[each] ?? [])];
  return TIERS.findLast((each) => named.includes(each))!;
}

/** All tiers that programs may run in, that of low risk first. */
export function tiersInUse(isolation: Isolation): readonly Tier["name"][] {
  return [...new Set(RISK_LEVELS.map((level) => tierAtRisk(isolation, level)))];
}
