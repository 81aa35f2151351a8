import type { Isolation, Limits } from "../config/limits.ts";
import { RISK_LEVELS, type RiskLevel } from "../model/risk.ts";
import type { Launchers } from "../process/find_command.ts";

/** A command line with its whole environment. */
export interface WorkerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The folders outside a run directory that it shows. */
export interface RunFolders {
  readonly servers: string;
  /** Unset for a workspace inside the run directory, removed with it. */
  readonly workspace?: string | undefined;
  /** What a worker may do with the files of its workspace and with drafts. Default: write them. */
  readonly access?: "read" | "write" | undefined;
}

/** The directory of one run; its name tells nothing of the host. */
export interface RunDirectory {
  readonly dir: string;
  readonly servers: string;
  /** Empty, and the run's own: what a program writes there stays a draft. */
  readonly skills: string;
  readonly workspace: string;
  /** Holds the program and the modules linked into it. */
  readonly linked: string;
  /** The folders that `servers` and `workspace` lead to. */
  readonly targets: RunFolders & { readonly workspace: string };
  /** Whether `servers` and `workspace` are links to the targets, or mount points for them. */
  readonly show: "links" | "mounts";
}

/** How far a worker is kept from its machine, beside Deno's permissions. */
export interface Tier {
  readonly name: "process" | "bubblewrap" | "container";
  /** How a run directory shows its targets: links, which Deno follows, or mounts by the tier. */
  readonly folders: "links" | "mounts";
  /**
   * Where a worker's runtime records the permissions that it touches: a pipe in its run directory,
   * which nothing else writes to; or standard error, where a tier passes on nothing else.
   */
  readonly record: "pipe" | "stderr" | "none";
  /** Whether signals reach a worker's process, so that it can be stopped and continued. */
  readonly holdable: boolean;
  /** Name of the memory file in which a kernel of its own keeps a worker's memory. */
  readonly memoryFile?: string | undefined;
  /**
   * Returns the command line that runs a worker's command within the tier. Ending its process group
   * ends everything it started, and the worker's standard streams are its own.
   */
  enclose(command: WorkerCommand, options: EncloseOptions): WorkerCommand;
}

/** What a tier gives a worker of its host. */
export interface EncloseOptions {
  readonly runDir: RunDirectory;
  readonly guestDir: string;
  readonly modulesDir: string;
  readonly limits: Limits;
}

export interface Requirement {
  /** The state that is required: "bwrap is installed". */
  readonly name: string;
  /** Whether it is met; what is advised only makes the tier stronger. */
  readonly state: "met" | "missing" | "advised";
  /** What was found instead, and how to get what is missing; empty where it is met. */
  readonly remedy: string;
}

/** What a machine offers of a tier. */
export interface TierOffer {
  readonly requirements: readonly Requirement[];
  /** Absent where a requirement is missing. */
  readonly create?: (options: CreateTierOptions) => Promise<Tier>;
}

export interface CreateTierOptions {
  /** The runtime's private folder, for what the tier keeps. */
  readonly dir: string;
  readonly launchers: Launchers;
}

/** The tiers, the weakest first. */
const TIERS = ["process", "bubblewrap", "container"] as const satisfies Tier["name"][];

/**
 * Returns the tier for programs of a level: the strongest that the configuration names for it or for
 * any level below, and never a weaker one than for all programs.
 */
export function tierAtRisk({ tier, byRisk = {} }: Isolation, level: RiskLevel): Tier["name"] {
  const upTo = RISK_LEVELS.slice(0, RISK_LEVELS.indexOf(level) + 1);
  const named = [tier, ...upTo.flatMap((each) => byRisk[each] ?? [])];
  return TIERS.findLast((each) => named.includes(each))!;
}

/** Returns all tiers that programs may run in, that of low risk first. */
export function tiersInUse(isolation: Isolation): readonly Tier["name"][] {
  return [...new Set(RISK_LEVELS.map((level) => tierAtRisk(isolation, level)))];
}
