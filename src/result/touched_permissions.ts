/** A permission that a worker touched, for what, and how often. */
export interface TouchedPermission {
  readonly permission: string;
  /** As the runtime understands it: a path, an address, a name. */
  readonly value: string;
  /** Whether the worker's rights cover it. */
  readonly outcome: "allowed" | "denied";
  readonly count: number;
}

/** All that a worker touched. */
export interface TouchedPermissions {
  /** Each once, in the order in which they came first. */
  readonly permissions: readonly TouchedPermission[];
  /** How often it touched something that is not among them: there are only so many places. */
  readonly furtherTouches: number;
  /** "cut" where it touched so much that the rest was no longer read. */
  readonly record: "whole" | "cut";
}
