import { z } from "zod";
import { invalidConfig, resolveString } from "./parsing.ts";
import { DAY_MS } from "../text/day_ms.ts";

/** What waits for a person, and how that person is asked. */
export interface ApprovalsConfig {
  /** By a program's risk. */
  readonly levels: {
    /** Default: "allow". */
    readonly low?: ApprovalDecision | undefined;
    /** Default: "allow". */
    readonly medium?: ApprovalDecision | undefined;
    /** Default: "require" where a person can be asked. */
    readonly high?: ApprovalDecision | undefined;
    /** Default: "require" where a person can be asked. */
    readonly critical?: ApprovalDecision | undefined;
  };
  /** By the tools that a program calls. */
  readonly rules: readonly ApprovalRule[];
  /** How long a worker is held for a call that waits, in milliseconds; then the run is suspended. */
  readonly holdMs: number;
  /** How long a caller waits before the result says "waiting", in milliseconds. */
  readonly waitMs: number;
  /** How long a person has to decide, in milliseconds. */
  readonly expireMs: number;
  /**
   * Principals whose MCP clients may decide by elicitation. The owner could decide anyway; other
   * clients only claim that there is a person.
   */
  readonly elicitation: "off" | "owner" | "everyone";
  /** Receives each request for approval. */
  readonly webhook?: {
    /** Address that it is posted to. */
    readonly url: string;
    /** Key of its signature: at least 16 characters. */
    readonly secret: string;
  } | undefined;
}

/** Whether a program or a call continues, waits for a person, or is refused. */
export type ApprovalDecision = "allow" | "require" | "block";

/** The decision about the tools that match every field that is set. */
export interface ApprovalRule {
  /** Name of the server, `*` for any characters. */
  readonly server?: string | undefined;
  /** Name of the tool, `*` for any characters. */
  readonly tool?: string | undefined;
  /** An annotation that the tool has; "none" for a tool without annotations. */
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
  }).default({}),
  rules: z.array(z.strictObject({
    server: someName.optional(),
    tool: someName.optional(),
    annotation: z.enum([
      "readOnlyHint",
      "destructiveHint",
      "idempotentHint",
      "openWorldHint",
      "none",
    ]).optional(),
    then: decision,
  })).max(1_000).default([]),
  holdMs: z.number().int().min(0).max(3_600_000).default(20_000),
  waitMs: z.number().int().min(0).max(3_600_000).default(50_000),
  expireMs: z.number().int().min(1).default(DAY_MS),
  elicitation: z.enum(["off", "owner", "everyone"]).default("owner"),
  webhook: z.strictObject({
    url: z.url({ protocol: /^https?$/ }),
    secret: z.string().min(16),
  }).optional(),
}).prefault({}) satisfies z.ZodType<ApprovalsConfig>;

/** Resolves the reference to the webhook's secret. */
export async function resolveWebhook(
  approvals: ApprovalsConfig,
  { source, root }: { source: string; root: string },
): Promise<ApprovalsConfig> {
  if (approvals.webhook === undefined) return approvals;
  const place = { source, path: ["approvals", "webhook"] };
  const { url } = approvals.webhook;
  const secret = await resolveString(approvals.webhook.secret, { place, root });
  if (secret.length < 16) throw invalidConfig(place, "expected a secret of at least 16 characters");
  return { ...approvals, webhook: { url, secret } };
}
