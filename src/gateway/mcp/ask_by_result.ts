import { type InputRequest, inputRequired } from "@modelcontextprotocol/server";
import type { Approval } from "../../model/approval.ts";
import type { ApprovalQueue } from "../../policy/approvals/approval_queue.ts";
import { formOf } from "./approval_form.ts";
import type { Asking } from "./asking.ts";

/** What a client brings back with its answers, sealed. */
export interface AskedState {
  readonly runId: string;
  /** What the call is about that must be made again: see {@linkcode digestOfCall}. */
  readonly callDigest: string;
  /** Ids of the approvals that were asked for, each with the hash of the program shown. */
  readonly asked: readonly (readonly [approvalId: string, programHash: string])[];
}

/** Options of {@linkcode askByResult}. */
export interface AskByResultOptions {
  readonly approvals: ApprovalQueue;
  /** Of the call that is answered. */
  readonly callDigest: string;
  /** Brought back by the client, and found to be what it was given. */
  readonly state: AskedState | undefined;
  readonly seal: (state: AskedState) => Promise<string>;
}

/** Further ones are asked for in the next round. */
const MAX_QUESTIONS = 8;

/**
 * Asks by the result of the call, which the client then makes again with the answers: the stateless
 * revision has no other way. The run does not wait for it; it is gone on with.
 */
export function askByResult(
  { approvals, callDigest, state, seal }: AskByResultOptions,
): Asking {
  const stopBeingThere = approvals.onAsk(() => {});
  const before = state?.asked ?? [];
  return {
    patience: { waitMs: 0, waitSignal: AbortSignal.abort() },
    hear() {},
    resumes() {},
    goesOn: () => false,
    async answer({ runId, status, approvals: ids }) {
      if (status !== "waiting") return undefined;
      const known = new Set(before.map(([approvalId]) => approvalId));
      // Who has not decided is not asked again with the same call.
      const questions = ids.filter((id) => !known.has(id)).map((id) => approvals.find(id))
        .filter((found) => found?.state === "waiting").slice(0, MAX_QUESTIONS);
      if (questions.length === 0) return undefined;
      const asked = questions.map((each) => [each!.approvalId, each!.programHash] as const);
      return inputRequired({
        inputRequests: Object.fromEntries(
          questions.map((each) => [each!.approvalId, requestOf(each!, approvals)]),
        ),
        requestState: await seal({ runId, callDigest, asked: [...before, ...asked] }),
      });
    },
    [Symbol.dispose]: stopBeingThere,
  };
}

function requestOf(approval: Approval, approvals: ApprovalQueue): InputRequest {
  return inputRequired.elicit(
    formOf(approval, approvals.codeOf(approval), approvals.skillsOf(approval)),
  );
}
