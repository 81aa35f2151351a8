import { z } from "@hono/zod-openapi";
import {
  callRecord,
  effect,
  logLine,
  risk,
  runError,
  runResult,
  usage,
} from "../model/run_result.ts";
import { EXAMPLE_RESULT } from "./example_result.ts";

/** The schema of a run's result as it is, under the names that the document gives its parts. */
export const namedRunResult = runResult.extend({
  // Said in its own words: what is derived from the schema of any JSON refuses a null within it.
  value: z.json().openapi({
    type: ["string", "number", "boolean", "object", "array", "null"],
    description: "What the program returned; null if nothing; a file_reference if large",
  }),
  logs: z.array(logLine.clone().openapi("LogLine")),
  calls: z.array(callRecord.clone().openapi("CallRecord")),
  effects: z.array(effect.clone().openapi("Effect")),
  error: runError.clone().openapi("RunError").nullable(),
  risk: risk.clone().openapi("Risk").nullable(),
  usage: usage.clone().openapi("Usage"),
}).openapi("RunResult", { example: EXAMPLE_RESULT });

const runId = z.string().openapi({ example: EXAMPLE_RESULT.runId });

/** The path of an approval. */
export const approvalPath = z.object({
  id: z.string().max(100).openapi({ example: "apr_7d3c0a51b6f24e90" }),
});

const scope = z.enum(["once", "program", "session", "tool"]);

const reachedTool = z.object({ server: z.string(), tool: z.string() });

const shownFlow = z.object({
  token: z.string(),
  kind: z.string(),
  from: z.array(z.string()).describe("Servers that the value came from"),
  path: z.string().describe("The argument that takes it"),
}).describe("A value that the call takes to its server, where the policy asks about that");

const reversible = z.enum(["yes", "no", "unknown"]).describe(
  "Whether what it changes can be undone, by its server's word",
);

const impact = z.object({
  reads: z.array(z.string()),
  writes: z.array(z.string()),
  destroys: z.array(z.string()),
  sends: z.array(z.string()),
  reversible,
  files: z.array(z.object({
    use: z.enum(["reads", "writes", "removes"]),
    path: z.string().nullable().describe("null where that cannot be told beforehand"),
  })).nullable().describe("Files of the workspace; null where that was not looked for"),
}).describe("What the program may change: tools by the worst that they do");

/** What a person is asked, or was. */
export const approval = z.object({
  approvalId: z.string(),
  runId: z.string(),
  kind: z.enum(["run", "call"]).describe("The program as a whole waits, or one call of it"),
  state: z.enum(["waiting", "approved", "rejected", "expired", "withdrawn"]),
  programHash: z.string().describe("SHA-256: no decision is good for another program"),
  principal: z.string().optional().describe("Whose run it is"),
  session: z.string().optional(),
  createdAt: z.string(),
  expiresAt: z.string(),
  level: z.enum(["low", "medium", "high", "critical"]),
  findings: z.array(z.object({ message: z.string(), line: z.int().optional() })),
  estimatedWrites: z.int().nullable(),
  tools: z.array(reachedTool.extend({
    effect: z.enum(["reads", "writes", "destroys"]),
    sends: z.boolean().describe("Whether what it does goes to people"),
    reversible,
    wordsWithheld: z.boolean().describe(
      "Whether each call of it waits for a person because its server's words give a model orders",
    ),
  })).describe("All that the program can call"),
  impact,
  unseen: z.array(z.string()).describe(
    "Why not all of it can be shown; where there is anything, it can only be rejected",
  ),
  call: reachedTool.extend({ arguments: z.string(), flows: z.array(shownFlow).optional() })
    .optional().describe("The call that waits"),
  decision: z.object({
    decision: z.enum(["approve", "reject"]),
    scope: scope.optional(),
    maxCalls: z.int().optional(),
    until: z.string().optional(),
    reason: z.string().optional(),
    by: z.string(),
  }).optional(),
  usedCalls: z.int().optional().describe("How often the grant was used"),
  isRevoked: z.boolean(),
}).openapi("Approval");

/** The same with all that there is to read before deciding. */
export const wholeApproval = approval.extend({
  code: z.string().describe("The program, masked, with misleading signs written out"),
  skills: z.array(z.object({ name: z.string(), code: z.string() })).describe(
    "The skills that it imports",
  ),
  warnings: z.array(z.string()).describe(
    "What of the texts is not what it seems, and which tools' words are withheld",
  ),
});

/** What a person says. */
export const decision = z.discriminatedUnion("decision", [
  z.strictObject({
    decision: z.literal("approve"),
    scope: scope.default("once").openapi({
      description: "This run or call; every run of this program; every program of this session " +
        "with no more tools or risk, or of a call: every call of its tool in this session; the " +
        "tools that were shown",
    }),
    maxCalls: z.int().min(1).optional().openapi({
      description: "At most so many calls of tools that do not only read",
    }),
    until: z.iso.datetime({ offset: true }).optional(),
  }),
  z.strictObject({ decision: z.literal("reject"), reason: z.string().max(500).optional() }),
]).openapi("Decision", { example: { decision: "approve", scope: "once", maxCalls: 40 } });

/** What is known of a run: it is under way, or has its result. */
export const knownRun = z.discriminatedUnion("state", [
  z.object({ runId, state: z.literal("running") }),
  z.object({ runId, state: z.literal("interrupted") }),
  z.object({ runId, state: z.literal("waiting"), result: namedRunResult }),
  z.object({ runId, state: z.literal("finished"), result: namedRunResult }),
]).openapi("KnownRun");

/** The path of a run. */
export const runPath = z.object({
  id: z.string().max(100).openapi({
    description: "The runId of its result, or of its event `started`",
    example: EXAMPLE_RESULT.runId,
  }),
});

/** What a tool's server says of its effects; absent means unknown. */
export const annotations = z.object({
  title: z.string().optional(),
  readOnlyHint: z.boolean().optional(),
  destructiveHint: z.boolean().optional(),
  idempotentHint: z.boolean().optional(),
  openWorldHint: z.boolean().optional(),
}).openapi("ToolAnnotations");
