import { z } from "zod";

/** What needs a person, and how that one is asked. */
export interface ApprovalsConfig {
  /** By a program's risk. */
  readonly levels: {
    /** Default: "allow". */
    readonly low?: ApprovalDecision | undefined;
    /** Default: "allow". */
    readonly medium?: ApprovalDecision | undefined;
    /** Default: "require" where somebody can be asked. */
    readonly high?: ApprovalDecision | undefined;
    /** Default: "require" where somebody can be asked. */
    readonly critical?: ApprovalDecision | undefined;
  };
  /** By the tools that it calls. */
  readonly rules: readonly ApprovalRule[];
  /** How long a worker is kept for a call that waits, in milliseconds; then it is run again. */
  readonly holdMs: number;
  /** How long a caller waits before it is told that the run does, in milliseconds. */
  readonly waitMs: number;
  /** How long a person has to decide, in milliseconds. */
  readonly expireMs: number;
  /**
   * Whose MCP clients may have their person decide what their programs wait for: the owner could
   * decide anyway; of others it is only their clients' word that there is a person.
   */
  readonly elicitation: "off" | "owner" | "everyone";
  /** Who else hears that something waits. */
  readonly webhook?: {
    /** Where it is posted to. */
    readonly url: string;
    /** What it is signed with: at least 16 characters. */
    readonly secret: string;
  } | undefined;
}

/** What becomes of a program or a call: it may go on, needs a person, or may not. */
export type ApprovalDecision = "allow" | "require" | "block";

/** What is decided of the tools that all its words fit. */
export interface ApprovalRule {
  /** Name of the server, "*" for any run of characters. */
  readonly server?: string | undefined;
  /** Name of the tool, "*" for any run of characters. */
  readonly tool?: string | undefined;
  /** What the tool says of itself; "none" where it says nothing. */
  readonly annotation?:
    | "readOnlyHint"
    | "destructiveHint"
    | "idempotentHint"
    | "openWorldHint"
    | "none"
    | undefined;
  /** The strictest rule wins. */
  readonly then: ApprovalDecision;
}

const decision = z.enum(["allow", "require", "block"]);
const someName = z.string().min(1).max(1_000);

/** The section `approvals`. */
export const approvalsSection = z.strictObject({
  levels: z.strictObject({
    low: decision.optional(),
    medium: decision.optional(),
    high: decision.optional(),
    critical: decision.optional(),
  }).default({}).describe(
    'Of a program\'s risk. Default: "allow" for low and medium, and "require" for high and ' +
      "critical where somebody can be asked",
  ),
  rules: z.array(z.strictObject({
    server: someName.optional(),
    tool: someName.optional(),
    annotation: z.enum([
      "readOnlyHint",
      "destructiveHint",
      "idempotentHint",
      "openWorldHint",
      "none",
    ]).optional().describe('"none" for a tool that says nothing of itself'),
    then: decision,
  })).max(1_000).default([]).describe(
    'Of the tools that all its words fit, "*" for any run of characters; the strictest rule wins',
  ),
  holdMs: z.number().int().min(0).max(3_600_000).default(20_000).describe(
    "How long a worker is kept for a call that waits for a person",
  ),
  waitMs: z.number().int().min(0).max(3_600_000).default(50_000).describe(
    'How long a caller waits before it is told "waiting"',
  ),
  expireMs: z.number().int().min(1).default(24 * 3_600_000),
  elicitation: z.enum(["off", "owner", "everyone"]).default("owner").describe(
    "Whose MCP clients may have their person decide what their programs wait for",
  ),
  webhook: z.strictObject({
    url: z.url({ protocol: /^https?$/ }),
    secret: z.string().min(16),
  }).optional(),
}).prefault({});
