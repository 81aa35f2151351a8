import { AirlockError, type ErrorCode } from "../../errors.ts";
import type { Decision } from "../../policy/approvals/approval.ts";
import type { ApprovalDesk } from "../../policy/approvals/approval_desk.ts";
import { decisionOf } from "./approval_form.ts";
import type { AskedState } from "./ask_by_result.ts";

/** Options of {@linkcode takeAnswers}. */
export interface TakeAnswersOptions {
  readonly approvals: ApprovalDesk;
  /** What the client brings, by the ids of the approvals. */
  readonly answers: Readonly<Record<string, unknown>>;
  /** Whose client it is. */
  readonly principal: string;
  /** The program that it calls with; undefined where it only resumes the run. */
  readonly code: string | undefined;
}

/**
 * Decides as the client answered; tells whether anything is decided, here or elsewhere.
 *
 * @throws {AirlockError} REQUEST_INVALID where the questions were about another program
 */
export function takeAnswers({ runId, asked }: AskedState, options: TakeAnswersOptions): boolean {
  const { approvals, answers, principal, code } = options;
  for (const [approvalId, programHash] of asked) {
    const approval = approvals.find(approvalId);
    const isAbout = approval?.runId === runId && approval.programHash === programHash &&
      (code === undefined || approvals.codeOf(approval) === code);
    if (!isAbout) {
      throw new AirlockError(
        "REQUEST_INVALID",
        "Cannot decide: the answer is to a question about another program",
      );
    }
    if (approval.state !== "waiting" || !Object.hasOwn(answers, approvalId)) continue;
    const decision = decisionOf(answers[approvalId], { approval, principal });
    if (decision !== undefined) decide(approvalId, { approvals, decision });
  }
  return asked.some(([approvalId]) => approvals.find(approvalId)?.state !== "waiting");
}

function decide(
  approvalId: string,
  { approvals, decision }: { approvals: ApprovalDesk; decision: Decision },
): void {
  try {
    approvals.decide(approvalId, decision);
  } catch (error) {
    // Somebody else was quicker: what that one said holds.
    if (!(error instanceof AirlockError) || !IS_OVER.has(error.code)) throw error;
  }
}

const IS_OVER: ReadonlySet<ErrorCode> = new Set(["APPROVAL_DECIDED", "APPROVAL_EXPIRED"]);
