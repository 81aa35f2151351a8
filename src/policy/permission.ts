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

/** The least of some levels; what is absent says nothing. */
export function leastPermission(
  levels: readonly (PermissionLevel | undefined)[],
): PermissionLevel {
  return PERMISSION_LEVELS.find((level) => levels.includes(level)) ?? "full";
}
