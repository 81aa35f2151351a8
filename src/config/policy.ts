import { z } from "zod";
import { PERMISSION_LEVELS, type PermissionLevel } from "../model/permission.ts";
import { RISK_LEVELS, type RiskLevel } from "../model/risk.ts";

/** The policy that admits programs and their tool calls. */
export interface Policy {
  /** A program with type errors is refused, runs with warnings, or is not checked. */
  readonly check: "error" | "warn" | "off";
  /** Whether result types are learned for tools without an output schema; no values are kept. */
  readonly learnTypes: "on" | "off";
  /** Longest type check of one program, in milliseconds; a longer one counts as a type error. */
  readonly checkTimeoutMs: number;
  /** Whether a permission violation is only recorded, or ends the program. */
  readonly onEscapeAttempt: "record" | "end";
  /** Whether a tool that differs from its pin in `servers.lock.json` may be called. */
  readonly changedTools: "quarantine" | "allow";
  /**
   * A tool description that instructs a model (tool poisoning) is withheld, makes each call wait for
   * approval too, or is passed on; until a person accepts it.
   */
  readonly suspiciousTools: "withhold" | "ask" | "allow";
  /** How the risk of programs is assessed, and the level that is refused. */
  readonly risk: RiskPolicy;
  /** The highest permission of any program. */
  readonly permission: PermissionLevel;
  /** The highest permission of a session's programs, by the session's name with `*`. */
  readonly sessions: Readonly<Record<string, PermissionLevel>>;
}

/** The section `policy` as it may be written. */
export interface PolicyInput extends Partial<Omit<Policy, "risk">> {
  /** Settings that differ from the defaults. */
  readonly risk?: Partial<RiskPolicy> | undefined;
}

/** How the risk of programs is assessed. */
export interface RiskPolicy {
  /** Programs of this level and above are refused; unset refuses none. */
  readonly block?: RiskLevel | undefined;
  /** Another level for a built-in rule, or "off". */
  readonly rules: Readonly<Record<string, RiskLevel | "off">>;
  /** Rules of the configuration: a finding for each matching tool that a program may call. */
  readonly add: readonly AddedRiskRule[];
  /** Cyclomatic complexity of a function above which the rule `hard_to_review` applies. */
  readonly maxComplexity: number;
  /** Facts about tools, which overrule annotations; the last match counts. */
  readonly tools: readonly CorrectedTool[];
}

/** A rule of the configuration; an unset field matches every tool. */
export interface AddedRiskRule {
  /** Name in the configuration, `*` for any characters. */
  readonly server?: string | undefined;
  /** Name, `*` for any characters. */
  readonly tool?: string | undefined;
  /** An annotation that the tool's server sets. */
  readonly annotation?:
    | "readOnlyHint"
    | "destructiveHint"
    | "idempotentHint"
    | "openWorldHint"
    | undefined;
  /** The tool's effect. */
  readonly effect?: "reads" | "writes" | "destroys" | undefined;
  /** The data in the tool's results. */
  readonly data?: "plain" | "personal" | "secret" | undefined;
  /** Level of the finding. */
  readonly level: RiskLevel;
  /** Message of the finding, a sentence. */
  readonly message?: string | undefined;
}

/** Facts about the tools that match; an unset field changes nothing. */
export interface CorrectedTool {
  /** Name in the configuration, `*` for any characters. */
  readonly server?: string | undefined;
  /** Name, `*` for any characters. */
  readonly tool?: string | undefined;
  /** The tool's effect. */
  readonly effect?: "reads" | "writes" | "destroys" | undefined;
  /** The data in the tool's results. */
  readonly data?: "plain" | "personal" | "secret" | undefined;
  /** Whether the tool reaches systems beyond its server. */
  readonly world?: "open" | "closed" | undefined;
  /** Whether a repeated call with the same arguments has no further effect. */
  readonly idempotent?: boolean | undefined;
}

const permission = z.enum(PERMISSION_LEVELS);
const riskLevel = z.enum(RISK_LEVELS);

const matchedTool = {
  server: z.string().min(1).optional(),
  tool: z.string().min(1).optional(),
  effect: z.enum(["reads", "writes", "destroys"]).optional(),
  data: z.enum(["plain", "personal", "secret"]).optional(),
};

const riskSection = z.strictObject({
  block: riskLevel.optional(),
  rules: z.record(z.string(), z.union([riskLevel, z.literal("off")])).default({}),
  add: z.array(z.strictObject({
    ...matchedTool,
    annotation: z.enum(["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"])
      .optional(),
    level: riskLevel,
    message: z.string().min(1).max(200).optional(),
  })).default([]),
  maxComplexity: z.number().int().min(1).max(100_000).default(50),
  tools: z.array(z.strictObject({
    ...matchedTool,
    world: z.enum(["open", "closed"]).optional(),
    idempotent: z.boolean().optional(),
  })).default([]),
}).prefault({});

/** The section `policy`. */
export const policySection = z.strictObject({
  check: z.enum(["error", "warn", "off"]).default("error"),
  learnTypes: z.enum(["on", "off"]).default("on"),
  checkTimeoutMs: z.number().int().min(50).max(60_000).default(5_000),
  onEscapeAttempt: z.enum(["record", "end"]).default("record"),
  risk: riskSection,
  changedTools: z.enum(["quarantine", "allow"]).default("quarantine"),
  suspiciousTools: z.enum(["withhold", "ask", "allow"]).default("withhold"),
  permission: permission.default("full"),
  sessions: z.record(z.string(), permission).default({}),
}).prefault({}) satisfies z.ZodType<Policy>;
