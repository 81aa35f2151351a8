/** Which tools somebody's programs may call. */
export type PermissionLevel = "read_only" | "write_restricted" | "full";

/** The levels, the least first. */
export const PERMISSION_LEVELS = [
  "read_only",
  "write_restricted",
  "full",
] as const satisfies PermissionLevel[];

/** Who is calling. */
export interface Principal {
  /** As the configuration calls it; "owner" for whoever has the gateway's own token. */
  readonly name: string;
  /** The most that its programs may do. */
  readonly permission: PermissionLevel;
}

/** Name of whoever has the gateway's own token, and of who embeds a runtime. */
export const OWNER_NAME = "owner";

/** Whether somebody may know of what is a principal's; without a name it is the owner. */
export function mayKnow(asker: Principal | undefined, principal: string): boolean {
  return asker === undefined || asker.name === OWNER_NAME || asker.name === principal;
}

/** The least of some levels; what is absent says nothing. */
export function leastPermission(
  levels: readonly (PermissionLevel | undefined)[],
): PermissionLevel {
  return PERMISSION_LEVELS.find((level) => levels.includes(level)) ?? "full";
}
