import { z } from "@hono/zod-openapi";
import type { Approval, ApprovalShown, ShownSkill } from "../model/approval.ts";
import { unseenOf } from "../policy/approvals/approval_queue.ts";
import { impactOf, withheldWordLines } from "../policy/shown/approval_lines.ts";
import { signWarnings } from "../policy/shown/wrap_lines.ts";
import { visibleLine, visibleText } from "../text/visible_text.ts";

/** The path parameters of an approval. */
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

/** An approval, waiting or decided. */
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

/** An approval with the texts to read before deciding. */
export const wholeApproval = approval.extend({
  code: z.string().describe("The program, masked, with misleading signs written out"),
  skills: z.array(z.object({ name: z.string(), code: z.string() })).describe(
    "The skills that it imports",
  ),
  warnings: z.array(z.string()).describe(
    "What of the texts is not what it seems, and which tools' words are withheld",
  ),
});

/** A decision. */
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

/** An approval for the API: times as ISO 8601. */
export function showApproval(approval: Approval) {
  const { approvalId, runId, kind, state, programHash, principal, session, shown } = approval;
  const { level, findings, estimatedWrites, tools, call } = shown;
  return {
    approvalId,
    runId,
    kind,
    state,
    programHash,
    ...(principal !== undefined && { principal }),
    ...(session !== undefined && { session }),
    createdAt: new Date(approval.createdAt).toISOString(),
    expiresAt: new Date(approval.expiresAt).toISOString(),
    level,
    findings: findings.map(({ message, line }) => ({
      message: visibleLine(message),
      ...(line !== undefined && { line }),
    })),
    estimatedWrites,
    tools: tools.map((
      { isSuspicious = false, sends = false, reversible = "unknown", ...each },
    ) => ({
      ...{ server: each.server, tool: each.tool, effect: each.effect, sends, reversible },
      wordsWithheld: isSuspicious,
    })),
    impact: showImpact(shown),
    unseen: [...unseenOf(shown)],
    ...(call !== undefined && { call: showCall(call) }),
    ...(approval.decision !== undefined && { decision: showDecision(approval) }),
    ...(approval.usedCalls !== undefined && { usedCalls: approval.usedCalls }),
    isRevoked: approval.isRevoked,
  };
}

/** An approval with the texts of its program, invisible and misleading characters written out. */
export function showWholeApproval(
  approval: Approval,
  { code, skills }: { code: string; skills: readonly ShownSkill[] },
) {
  const { call } = approval.shown;
  return {
    ...showApproval(approval),
    code: visibleText(code),
    skills: skills.map(({ name, code }) => ({ name, code: visibleText(code) })),
    warnings: [
      ...withheldWordLines(approval.shown).map(visibleLine),
      ...call === undefined ? [] : signWarnings(call.arguments, "the call"),
      ...signWarnings(code, "the program"),
      ...skills.flatMap(({ name, code }) => signWarnings(code, `the skill "${name}"`)),
    ],
  };
}

function showImpact(shown: ApprovalShown) {
  const { reads, writes, destroys, sends, reversible, files } = impactOf(shown);
  return {
    ...{ reads: [...reads], writes: [...writes], destroys: [...destroys], sends: [...sends] },
    reversible,
    files: files === null
      ? null
      : files.map(({ use, path }) => ({ use, path: path === null ? null : visibleLine(path) })),
  };
}

function showCall({ server, tool, arguments: input, flows }: NonNullable<ApprovalShown["call"]>) {
  const call = { server, tool, arguments: visibleLine(input) };
  if (flows === undefined) return call;
  const shown = flows.map(({ from, path, ...flow }) => ({
    ...{ ...flow, path: visibleLine(path), from: [...from] },
  }));
  return { ...call, flows: shown };
}

function showDecision({ decision }: Approval) {
  if (decision?.decision !== "approve") return { ...decision! };
  const { until, ...rest } = decision;
  return { ...rest, ...(until !== undefined && { until: new Date(until).toISOString() }) };
}
