import type { ElicitRequestFormParams } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { Approval, Decision, ReachableTool, ShownSkill } from "../../model/approval.ts";
import { unseenOf } from "../../policy/approvals/approval_queue.ts";
import { approvalLines, withheldWordLines } from "../../policy/shown/approval_lines.ts";
import { visibleLine } from "../../text/visible_text.ts";
import { wrapLines } from "../../policy/shown/wrap_lines.ts";

/** A form that a client shows to its person, with the schema of the answer. */
export type ApprovalForm = Pick<ElicitRequestFormParams, "message" | "requestedSchema">;

const APPROVE = "approve once";
const APPROVE_CALLS = "approve N calls";
const REJECT = "reject";

const MAX_CALLS = 1_000_000;
const MAX_REASON_LENGTH = 500;
const WIDTH = 120;
/** Clients show so much whole; of more they may show only a part. */
const MAX_LINES = 250;
const MAX_CHARACTERS = 20_000;

/** Without defaults: a client that answers for its person fills in nothing. */
function schemaOf(answers: string[]): ApprovalForm["requestedSchema"] {
  return {
    type: "object",
    properties: {
      decision: { type: "string", enum: answers },
      ...(answers.includes(APPROVE_CALLS) && {
        calls: {
          type: "integer",
          minimum: 1,
          maximum: MAX_CALLS,
          description: `How many, for "${APPROVE_CALLS}"`,
        },
      }),
      reason: { type: "string", maxLength: MAX_REASON_LENGTH, description: "Told to the program" },
    },
    required: ["decision"],
  };
}

/**
 * Makes the form for an approval. One that does not fit whole is not shown in part: such a form can only
 * reject, and names the command and the route that show all of it.
 */
export function formOf(
  approval: Approval,
  code: string,
  skills: readonly ShownSkill[] = [],
): ApprovalForm {
  const lines = linesOf(approval, { code, skills });
  if (fits(approval, lines)) {
    const requestedSchema = schemaOf([APPROVE, APPROVE_CALLS, REJECT]);
    return { message: lines.join("\n"), requestedSchema };
  }
  const { approvalId, kind, runId, shown } = approval;
  const [unseen] = unseenOf(shown);
  const message = [
    titleOf(kind),
    `Risk: ${shown.level}.`,
    ...withheldWordLines(shown),
    unseen === undefined
      ? `It is too long for this form (${lines.length} lines), so it cannot be approved here.`
      : `It cannot be approved: ${unseen}.`,
    "All of it, and how to decide:",
    `deno task approvals show ${approvalId}`,
    `GET /v1/approvals/${approvalId}`,
    `Run ${runId}. Here it can only be rejected.`,
  ];
  return {
    message: message.flatMap((line) => wrapLines(visibleLine(line), { width: WIDTH })).join("\n"),
    requestedSchema: schemaOf([REJECT]),
  };
}

function fits({ shown }: Approval, lines: readonly string[]): boolean {
  const characters = lines.reduce((sum, line) => sum + line.length + 1, 0);
  return unseenOf(shown).length === 0 && lines.length <= MAX_LINES && characters <= MAX_CHARACTERS;
}

function linesOf(
  approval: Approval,
  texts: { readonly code: string; readonly skills: readonly ShownSkill[] },
): string[] {
  const { approvalId, kind, runId, session, programHash, shown, expiresAt } = approval;
  const { level, estimatedWrites, call, tools } = shown;
  return approvalLines(approval, {
    ...texts,
    width: WIDTH,
    numbers: "bare",
    words: {
      title: titleOf(kind),
      call: "Call: ",
      risk: `Risk: ${level}. Writing calls: ${estimatedWrites ?? "an unknown number"}.`,
      finding: "- ",
      tools: listTools(tools),
    },
    before: [
      `"${APPROVE}": ${call === undefined ? "this run" : "this call"}. ${explainCalls(approval)}`,
      `Program ${programHash.slice(0, 12)}, run ${runId}${
        session ? `, session ${session}` : ""
      }, approval ${approvalId}, until ${new Date(expiresAt).toISOString()}:`,
    ],
  });
}

function titleOf(kind: Approval["kind"]): string {
  return `Airlock: ${
    kind === "run" ? "a program" : "a call of a program"
  } waits for your decision.`;
}

/**
 * The decision in a client's answer to a form; undefined without one. To decline rejects; to cancel, or
 * to accept with invalid content, decides nothing.
 */
export function decisionOf(
  answer: unknown,
  { approval: { shown: { call } }, form, principal }: {
    readonly form: ApprovalForm;
    readonly approval: Approval;
    /** Principal of the client. */
    readonly principal: string;
  },
): Decision | undefined {
  const read = ANSWER.safeParse(answer);
  if (!read.success || read.data.action === "cancel") return undefined;
  const by = `elicitation (${principal})`;
  if (read.data.action === "decline") return { decision: "reject", by };
  const { decision, calls, reason } = read.data.content;
  // A form that can only reject approves nothing, whatever the client answers.
  if (!answersOf(form).includes(decision)) return undefined;
  const approve = { decision: "approve", scope: "once", by } as const;
  switch (decision) {
    case APPROVE:
      return approve;
    case APPROVE_CALLS:
      if (calls === undefined) return undefined;
      return { ...approve, scope: call === undefined ? "once" : "tool", maxCalls: calls };
    case REJECT:
      return { decision: "reject", by, ...(reason && { reason: visibleLine(reason) }) };
  }
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

/** Tools that change something first. */
function listTools(tools: readonly ReachableTool[]): string {
  const named = (reads: boolean) =>
    tools.filter(({ effect }) => (effect === "reads") === reads)
      .map(({ server, tool, effect }) => `${server}.${tool} (${effect})`);
  return `Tools: ${[...named(false), ...named(true)].join(", ") || "none"}`;
}

function answersOf(
  { requestedSchema: { properties: { decision } } }: ApprovalForm,
): readonly string[] {
  return decision !== undefined && "enum" in decision ? decision.enum ?? [] : [];
}

function explainCalls({ shown: { call }, session }: Approval): string {
  if (call === undefined) return `"${APPROVE_CALLS}": this run, with at most N writing calls.`;
  const where = session === undefined ? "in this program" : "in this session";
  return `"${APPROVE_CALLS}": N calls of ${call.server}.${call.tool} ${where}, whatever they say.`;
}
