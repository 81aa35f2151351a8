import { z } from "zod";
import { PERMISSION_LEVELS, type PermissionLevel } from "../model/permission.ts";
import { type RiskPolicy, riskSection } from "./risk_policy.ts";

/** What is done about a program. */
export interface Policy {
  /** What becomes of a program with type errors: refused, run with warnings, not looked at. */
  readonly check: "error" | "warn" | "off";
  /** Whether results tell the types of tools that promise none; their shapes are kept, no values. */
  readonly learnTypes: "on" | "off";
  /** Longest type check of one program, in milliseconds; one that takes longer has failed it. */
  readonly checkTimeoutMs: number;
  /** Whether one that tries something beyond its rights may go on. */
  readonly onEscapeAttempt: "record" | "end";
  /** Whether it may call a tool that is no longer what `servers.lock.json` pins. */
  readonly changedTools: "quarantine" | "allow";
  /**
   * What becomes of a tool whose words give a model orders: they are withheld, calls of it wait for a
   * person too, or it is handed on as it is; until a person accepts its words.
   */
  readonly suspiciousTools: "withhold" | "ask" | "allow";
  /** How its risk is judged, and what follows. */
  readonly risk: RiskPolicy;
  /** The most that any program may do. */
  readonly permission: PermissionLevel;
  /** The most that programs of sessions may do, by name, "*" for any run of characters. */
  readonly sessions: Readonly<Record<string, PermissionLevel>>;
}

/** What of a policy differs from the defaults. */
export interface PolicyInput extends Partial<Omit<Policy, "risk">> {
  /** What differs from the defaults. */
  readonly risk?: Partial<RiskPolicy> | undefined;
}

const permission = z.enum(PERMISSION_LEVELS);

/** The section `policy`. */
export const policySection = z.strictObject({
  check: z.enum(["error", "warn", "off"]).default("error").describe(
    "What becomes of a program with type errors: refused, run with warnings, not looked at",
  ),
  learnTypes: z.enum(["on", "off"]).default("on").describe(
    "Whether results tell the types of tools that promise none; shapes are kept, never values",
  ),
  checkTimeoutMs: z.number().int().min(50).max(60_000).default(5_000).describe(
    "A program that takes longer to check counts as one with type errors",
  ),
  onEscapeAttempt: z.enum(["record", "end"]).default("record").describe(
    "Whether a program that tries something beyond its rights may go on",
  ),
  risk: riskSection,
  changedTools: z.enum(["quarantine", "allow"]).default("quarantine").describe(
    "Whether a tool may be called that is no longer what servers.lock.json pins",
  ),
  suspiciousTools: z.enum(["withhold", "ask", "allow"]).default("withhold").describe(
    "What becomes of a tool whose words give a model orders, until a person accepts them: they are " +
      "withheld, calls of it wait for a person too, or it is handed on as it is",
  ),
  permission: permission.default("full").describe("The most that any program may do"),
  sessions: z.record(z.string(), permission).default({}).describe(
    'By name of the session, "*" for any run of characters',
  ),
}).prefault({});
