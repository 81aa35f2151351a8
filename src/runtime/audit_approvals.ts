import type { AuditTrail } from "../audit/audit_trail.ts";
import type { Approval } from "../policy/approvals/approval.ts";
import type { Approvals } from "../policy/approvals/approvals.ts";

/** Writes down what persons are asked and what they decide; gives how to stop it. */
export function auditApprovals(approvals: Approvals, audit: AuditTrail): () => void {
  const waiting = new Set<string>();
  let stopLooking: (() => void) | undefined;
  const stopHearing = approvals.onAsked((approval) => {
    const { runId, approvalId } = approval;
    if (waiting.has(approvalId)) return;
    audit.approval("approval_asked", { runId, body: askedOf(approval) });
    waiting.add(approvalId);
    stopLooking ??= approvals.onChange(look);
  });
  return () => {
    stopHearing();
    stopLooking?.();
  };

  function look(): void {
    for (const approvalId of waiting) {
      const approval = approvals.find(approvalId);
      if (approval?.state === "waiting") continue;
      waiting.delete(approvalId);
      if (approval === undefined) continue;
      const { runId, state, decision = null } = approval;
      audit.approval("approval_decided", {
        runId,
        body: { approvalId, state, decision: decision?.decision ?? state, how: decision },
      });
    }
    if (waiting.size > 0) return;
    stopLooking?.();
    stopLooking = undefined;
  }
}

function askedOf({ approvalId, kind, shown }: Approval) {
  const { level, tools, call } = shown;
  const reach = tools.map(({ server, tool }) => ({ server, tool }));
  return {
    approvalId,
    kind,
    level,
    tools: reach,
    call: call && { server: call.server, tool: call.tool },
  };
}
