import type { Limits } from "../config/limits.ts";
import type { AirlockError } from "../model/errors.ts";
import type { ThrownError } from "../model/protocol.ts";

/** How a worker's part of a run ended. */
export type WorkerEnding =
  | { readonly kind: "value"; readonly json: string }
  | { readonly kind: "thrown"; readonly thrown: ThrownError }
  | {
    readonly kind: "over_limit";
    readonly limit: keyof Limits;
    /** What the workspace could still have taken, where it was its limit. */
    readonly left?: { readonly bytes: number; readonly files: number };
    /** Whether the program had ended in time, and only its value took too long. */
    readonly isValueLate?: true;
  }
  | { readonly kind: "violation"; readonly reason: string }
  | { readonly kind: "lost" };

/** How a run ended. */
export type Ending =
  | WorkerEnding
  | { readonly kind: "cancelled" }
  | { readonly kind: "waiting"; readonly approvals: readonly string[] }
  | { readonly kind: "refused"; readonly error: AirlockError };

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
