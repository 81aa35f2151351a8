/**
 * What a principal's programs may do: which tools they call, and whether they write files and skills.
 */
export type PermissionLevel = "read_only" | "write_restricted" | "full";

/** The levels, the least first. */
export const PERMISSION_LEVELS = [
  "read_only",
  "write_restricted",
  "full",
] as const satisfies PermissionLevel[];

/** What a level lets a program do. */
export interface PermittedActions {
  /** The tools that it may call. */
  readonly tools: "that_only_read" | "that_can_be_undone" | "all";
  /** What it may do with the files of its workspace and with drafts of skills. */
  readonly files: "read" | "write";
  /** Whether it may only use skills, or save some too. */
  readonly skills: "use" | "save";
}

const PERMITTED: Readonly<Record<PermissionLevel, PermittedActions>> = {
  read_only: { tools: "that_only_read", files: "read", skills: "use" },
  write_restricted: { tools: "that_can_be_undone", files: "write", skills: "save" },
  full: { tools: "all", files: "write", skills: "save" },
};

/** Says what a level means; nothing else decides by its name. */
export function permittedAt(level: PermissionLevel): PermittedActions {
  return PERMITTED[level];
}

/** Who is calling. */
export interface Principal {
  /** Its name in the configuration; "owner" for the holder of the gateway's own token. */
  readonly name: string;
  /** The most that its programs may do. */
  readonly permission: PermissionLevel;
}

/** The name of the holder of the gateway's own token, and of a program that embeds a runtime. */
export const OWNER_NAME = "owner";

/** Whether a principal may access what another one owns; without an asker it is the owner. */
export function canAccess(asker: Principal | undefined, principal: string): boolean {
  return asker === undefined || asker.name === OWNER_NAME || asker.name === principal;
}

/** The least of some levels; what is absent says nothing. */
export function leastPermission(
  levels: readonly (PermissionLevel | undefined)[],
): PermissionLevel {
  return PERMISSION_LEVELS.find((level) => levels.includes(level)) ?? "full";
}

/** Who asks, as far as sessions and skills are concerned: a principal's name. */
export interface Caller {
  /** As the configuration calls it. */
  readonly name: string;
}

/** The owner of the runtime, which asks where no principal is named. */
export const OWNER: Caller = { name: "owner" };
