import { z } from "zod";
import { RISK_LEVELS, type RiskLevel } from "../model/risk.ts";

/** How the risk of programs is judged. */
export interface RiskPolicy {
  /** Programs of this level and above are refused; absent: none are. */
  readonly block?: RiskLevel | undefined;
  /** Another level for a rule of the table, or none of its findings. */
  readonly rules: Readonly<Record<string, RiskLevel | "off">>;
  /** Rules of its own: a finding for each tool that a program may call and that fits. */
  readonly add: readonly AddedRiskRule[];
  /** Cyclomatic complexity of a function above which the rule `hard_to_review` finds it. */
  readonly maxComplexity: number;
  /** What is so of tools, whatever they say of themselves; the last that fits counts. */
  readonly tools: readonly CorrectedTool[];
}

/** A rule of the configuration; what is absent fits every tool. */
export interface AddedRiskRule {
  /** Name in the configuration, "*" for any run of characters. */
  readonly server?: string | undefined;
  /** Name, "*" for any run of characters. */
  readonly tool?: string | undefined;
  /** An annotation that the tool's server says is so. */
  readonly annotation?:
    | "readOnlyHint"
    | "destructiveHint"
    | "idempotentHint"
    | "openWorldHint"
    | undefined;
  /** What the tool does. */
  readonly effect?: "reads" | "writes" | "destroys" | undefined;
  /** What the tool's results are about. */
  readonly data?: "plain" | "personal" | "secret" | undefined;
  /** What it comes to. */
  readonly level: RiskLevel;
  /** Why, as a sentence. */
  readonly message?: string | undefined;
}

/** What is so of the tools that fit. */
export interface CorrectedTool {
  /** Name in the configuration, "*" for any run of characters. */
  readonly server?: string | undefined;
  /** Name, "*" for any run of characters. */
  readonly tool?: string | undefined;
  /** What it does. */
  readonly effect?: "reads" | "writes" | "destroys" | undefined;
  /** What its results are about. */
  readonly data?: "plain" | "personal" | "secret" | undefined;
  /** Whether it reaches beyond its server. */
  readonly world?: "open" | "closed" | undefined;
  /** Whether calling it again with the same arguments changes nothing more. */
  readonly idempotent?: boolean | undefined;
}

const riskLevel = z.enum(RISK_LEVELS);
const pattern = z.string().min(1).optional().describe('"*" for any run of characters');
const effect = z.enum(["reads", "writes", "destroys"]).optional();
const data = z.enum(["plain", "personal", "secret"]).optional();

/** The section `policy.risk`. */
export const riskSection = z.strictObject({
  block: riskLevel.optional().describe("Programs of this level and above are refused"),
  rules: z.record(z.string(), z.union([riskLevel, z.literal("off")])).default({}),
  add: z.array(z.strictObject({
    server: pattern,
    tool: pattern,
    annotation: z.enum(["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"])
      .optional(),
    effect,
    data,
    level: riskLevel,
    message: z.string().min(1).max(200).optional(),
  })).default([]),
  maxComplexity: z.number().int().min(1).max(100_000).default(50).describe(
    "Cyclomatic complexity of a function above which it is found hard to review",
  ),
  tools: z.array(z.strictObject({
    server: pattern,
    tool: pattern,
    effect,
    data,
    world: z.enum(["open", "closed"]).optional(),
    idempotent: z.boolean().optional(),
  })).default([]),
}).prefault({});
