import type { Launchers } from "../process/find_launchers.ts";
import type { Tier } from "./tier.ts";

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
