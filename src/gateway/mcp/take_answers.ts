import { AirlockError, type ErrorCode } from "../../model/errors.ts";
import type { Decision } from "../../model/approval.ts";
import type { ApprovalQueue } from "../../policy/approvals/approval_queue.ts";
import { decisionOf, formOf } from "./approval_form.ts";
import type { AskedState } from "./ask_by_result.ts";

/** Options of {@linkcode takeAnswers}. */
export interface TakeAnswersOptions {
  readonly approvals: ApprovalQueue;
  /** What the client brings, by the ids of the approvals. */
  readonly answers: Readonly<Record<string, unknown>>;
  /** Whose client it is. */
  readonly principal: string;
  /** Of the call that brings them. */
  readonly callDigest: string;
}

/**
 * Decides as the client answered; tells whether anything is decided, here or elsewhere.
 *
 * @throws {AirlockError} REQUEST_INVALID where the questions were about another program
 */
export function takeAnswers(state: AskedState, options: TakeAnswersOptions): boolean {
  const { runId, asked } = state;
  const { approvals, answers, principal, callDigest } = options;
  if (state.callDigest !== callDigest) throw otherProgram();
  for (const [approvalId, programHash] of asked) {
    const approval = approvals.find(approvalId);
    if (approval?.runId !== runId || approval.programHash !== programHash) throw otherProgram();
    if (approval.state !== "waiting" || !Object.hasOwn(answers, approvalId)) continue;
    const form = formOf(approval, approvals.codeOf(approval), approvals.skillsOf(approval));
    const decision = decisionOf(answers[approvalId], { approval, form, principal });
    if (decision !== undefined) decide(approvalId, { approvals, decision });
  }
  return asked.some(([approvalId]) => approvals.find(approvalId)?.state !== "waiting");
}

function decide(
  approvalId: string,
  { approvals, decision }: { approvals: ApprovalQueue; decision: Decision },
): void {
  try {
    approvals.decide(approvalId, decision);
  } catch (error) {
    // Somebody else was quicker: what that one said holds.
    if (!(error instanceof AirlockError) || !IS_OVER.has(error.code)) throw error;
  }
}

function otherProgram(): AirlockError {
  return new AirlockError(
    "REQUEST_INVALID",
    "Cannot decide: the answer is to a question about another program",
  );
}

const IS_OVER: ReadonlySet<ErrorCode> = new Set(["APPROVAL_DECIDED", "APPROVAL_EXPIRED"]);
