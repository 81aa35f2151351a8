import { type InputRequest, inputRequired } from "@modelcontextprotocol/server";
import { AirlockError, type ErrorCode } from "../../model/errors.ts";
import type { Approval, Decision } from "../../model/approval.ts";
import type { ApprovalQueue } from "../../policy/approvals/approval_queue.ts";
import { sha256 } from "../../text/sha256.ts";
import { decisionOf, formOf } from "./approval_form.ts";
import type { AskedState, Asking } from "./asking.ts";

/** Approvals of one round. */
const MAX_QUESTIONS = 8;

/**
 * Asks by the result of the call, which the client then repeats with the answers: the stateless
 * revision has no other way. The run is suspended meanwhile, and resumed by the repeated call.
 */
export function askByResult({ approvals, callDigest, state, seal }: {
  readonly approvals: ApprovalQueue;
  /** Of the current call. */
  readonly callDigest: string;
  /** Returned by the client, its seal verified. */
  readonly state: AskedState | undefined;
  readonly seal: (state: AskedState) => Promise<string>;
}): Asking {
  const unsubscribe = approvals.onAsk(() => {});
  const before = state?.asked ?? [];
  return {
    patience: { waitMs: 0, waitSignal: AbortSignal.abort() },
    onEvent() {},
    onResume: () => Promise.resolve(),
    continues: () => false,
    async answer({ runId, status, approvals: ids }) {
      if (status !== "waiting") return undefined;
      const known = new Set(before.map(([approvalId]) => approvalId));
      // An approval that the person left undecided is not asked again by the same call.
      const unasked = ids.filter((id) => !known.has(id));
      const found = await Promise.all(unasked.map((id) => approvals.find(id)));
      const questions = found.filter((approval) => approval?.state === "waiting")
        .slice(0, MAX_QUESTIONS) as Approval[];
      if (questions.length === 0) return undefined;
      const asked = questions.map(({ approvalId, programHash }) =>
        [approvalId, programHash] as const
      );
      return inputRequired({
        inputRequests: Object.fromEntries(
          await Promise.all(
            questions.map(async (each) => [each.approvalId, await requestOf(each, approvals)]),
          ),
        ),
        requestState: await seal({ runId, callDigest, asked: [...before, ...asked] }),
      });
    },
    [Symbol.dispose]: unsubscribe,
  };
}

async function requestOf(approval: Approval, approvals: ApprovalQueue): Promise<InputRequest> {
  const [code, skills] = [await approvals.codeOf(approval), await approvals.skillsOf(approval)];
  return inputRequired.elicit(formOf(approval, code, skills));
}

/** SHA-256 of the subject of a call: a program, or the run that it resumes. */
export function digestOfCall(
  { code, resume }: { readonly code?: string | undefined; readonly resume?: string | undefined },
): string {
  return sha256(JSON.stringify([code ?? null, resume ?? null]));
}

/**
 * Decides as the client answered; returns whether any approval is decided, here or elsewhere.
 *
 * @throws {AirlockError} REQUEST_INVALID where the questions were about another program
 */
export async function takeAnswers(
  { runId, asked, callDigest: askedDigest }: AskedState,
  { approvals, answers, principal, callDigest }: {
    readonly approvals: ApprovalQueue;
    /** By the ids of approvals, unchecked. */
    readonly answers: Readonly<Record<string, unknown>>;
    /** Principal of the client. */
    readonly principal: string;
    /** Of the call that brings the answers. */
    readonly callDigest: string;
  },
): Promise<boolean> {
  if (askedDigest !== callDigest) throw otherProgram();
  for (const [approvalId, programHash] of asked) {
    const approval = await approvals.find(approvalId);
    if (approval?.runId !== runId || approval.programHash !== programHash) throw otherProgram();
    if (approval.state !== "waiting" || !Object.hasOwn(answers, approvalId)) continue;
    const [code, skills] = [await approvals.codeOf(approval), await approvals.skillsOf(approval)];
    const form = formOf(approval, code, skills);
    const decision = decisionOf(answers[approvalId], { approval, form, principal });
    if (decision !== undefined) await decide(approvalId, { approvals, decision });
  }
  const now = await Promise.all(asked.map(([approvalId]) => approvals.find(approvalId)));
  return now.some((approval) => approval?.state !== "waiting");
}

const IS_OVER: ReadonlySet<ErrorCode> = new Set(["APPROVAL_DECIDED", "APPROVAL_EXPIRED"]);

async function decide(
  approvalId: string,
  { approvals, decision }: { approvals: ApprovalQueue; decision: Decision },
): Promise<void> {
  try {
    await approvals.decide(approvalId, decision);
  } catch (error) {
    // An earlier decision holds.
    if (!(error instanceof AirlockError) || !IS_OVER.has(error.code)) throw error;
  }
}

function otherProgram(): AirlockError {
  return new AirlockError(
    "REQUEST_INVALID",
    "Cannot decide: the answer is to a question about another program",
  );
}
