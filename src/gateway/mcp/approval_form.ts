import type { ElicitRequestFormParams } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { Approval, Decision, ReachableTool } from "../../policy/approvals/approval.ts";

/** What a client shows to its person, and what it may answer. */
export type ApprovalForm = Pick<ElicitRequestFormParams, "message" | "requestedSchema">;

const APPROVE = "approve once";
const APPROVE_CALLS = "approve N calls";
const REJECT = "reject";

const MAX_CALLS = 1_000_000;
const MAX_REASON_LENGTH = 500;
const MAX_LINE_LENGTH = 300;
const MAX_FINDINGS = 12;
const MAX_TOOLS = 30;
const MAX_CODE_LINES = 80;

/** Nothing is filled in beforehand: a client that answers for its person says nothing. */
const SCHEMA: ApprovalForm["requestedSchema"] = {
  type: "object",
  properties: {
    decision: { type: "string", enum: [APPROVE, APPROVE_CALLS, REJECT] },
    calls: {
      type: "integer",
      minimum: 1,
      maximum: MAX_CALLS,
      description: `How many, for "${APPROVE_CALLS}"`,
    },
    reason: { type: "string", maxLength: MAX_REASON_LENGTH, description: "Told to the program" },
  },
  required: ["decision"],
};

/** Asks for a decision about an approval; `code` is the program. */
export function formOf(approval: Approval, code: string): ApprovalForm {
  const { approvalId, kind, runId, session, programHash, shown, expiresAt } = approval;
  const { level, findings, estimatedWrites, tools, call } = shown;
  const lines = [
    `Airlock: ${kind === "run" ? "a program" : "a call of a program"} waits for your decision.`,
    ...(call === undefined ? [] : [`Call: ${call.server}.${call.tool} ${call.arguments}`]),
    `Risk: ${level}. Writing calls: ${estimatedWrites ?? "nobody can tell how many"}.`,
    ...cutList(
      findings.map(({ message, line }) => `- ${message}${line ? ` (line ${line})` : ""}`),
      { max: MAX_FINDINGS, what: "findings" },
    ),
    ...listTools(tools),
    `"${APPROVE}": ${call === undefined ? "this run" : "this call"}. ${explainCalls(approval)}`,
    `Program ${programHash.slice(0, 12)}, run ${runId}${session ? `, session ${session}` : ""}, ` +
    `approval ${approvalId}, until ${new Date(expiresAt).toISOString()}:`,
    ...cutList(code.trimEnd().split("\n"), { max: MAX_CODE_LINES, what: "lines" }),
  ];
  return { message: lines.map(safeLine).join("\n"), requestedSchema: SCHEMA };
}

/**
 * What a client's answer to a form says; undefined where its person has not decided. To decline is to
 * reject; to cancel, or to accept what is not filled in as asked, decides nothing.
 */
export function decisionOf(
  answer: unknown,
  { approval: { shown: { call } }, principal }: DecisionOfOptions,
): Decision | undefined {
  const read = ANSWER.safeParse(answer);
  if (!read.success || read.data.action === "cancel") return undefined;
  const by = `elicitation (${principal})`;
  if (read.data.action === "decline") return { decision: "reject", by };
  const { decision, calls, reason } = read.data.content;
  const approve = { decision: "approve", scope: "once", by } as const;
  switch (decision) {
    case APPROVE:
      return approve;
    case APPROVE_CALLS:
      if (calls === undefined) return undefined;
      return { ...approve, scope: call === undefined ? "once" : "tool", maxCalls: calls };
    case REJECT:
      return { decision: "reject", by, ...(reason && { reason: safeLine(reason) }) };
  }
}

/** Options of {@linkcode decisionOf}. */
export interface DecisionOfOptions {
  /** What the form was about. */
  readonly approval: Approval;
  /** Whose client it is. */
  readonly principal: string;
}

const ANSWER = z.discriminatedUnion("action", [
  z.object({
    action: z.literal("accept"),
    content: z.object({
      decision: z.enum([APPROVE, APPROVE_CALLS, REJECT]),
      calls: z.int().min(1).max(MAX_CALLS).optional(),
      reason: z.string().max(MAX_REASON_LENGTH).optional(),
    }),
  }),
  z.object({ action: z.literal("decline") }),
  z.object({ action: z.literal("cancel") }),
]);

/** Those that change something first. */
function listTools(tools: readonly ReachableTool[]): string[] {
  const named = (reads: boolean) =>
    tools.filter(({ effect }) => (effect === "reads") === reads)
      .map(({ server, tool, effect }) => `${server}.${tool} (${effect})`);
  const shown = cutList([...named(false), ...named(true)], { max: MAX_TOOLS, what: "tools" });
  return [`Tools: ${shown.join(", ") || "none"}`].flatMap((line) => wrap(line));
}

function explainCalls({ shown: { call }, session }: Approval): string {
  if (call === undefined) return `"${APPROVE_CALLS}": this run, with at most N writing calls.`;
  const where = session === undefined ? "in this program" : "in this session";
  return `"${APPROVE_CALLS}": N calls of ${call.server}.${call.tool} ${where}, whatever they say.`;
}

function cutList(lines: readonly string[], { max, what }: { max: number; what: string }): string[] {
  if (lines.length <= max) return [...lines];
  return [...lines.slice(0, max), `… and ${lines.length - max} more ${what}`];
}

function wrap(line: string): string[] {
  const parts = [];
  for (let at = 0; at < line.length; at += MAX_LINE_LENGTH - 1) {
    parts.push(line.slice(at, at + MAX_LINE_LENGTH - 1));
  }
  return parts;
}

/** What would make words read otherwise than they stand, or look like another line, is replaced. */
function safeLine(line: string): string {
  const cut = line.length <= MAX_LINE_LENGTH
    ? line
    : `${line.slice(0, MAX_LINE_LENGTH - 1).toWellFormed()}…`;
  return cut.replaceAll("\t", "  ").replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, "\ufffd");
}
