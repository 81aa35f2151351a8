import type { AuditTrail } from "../audit/audit_trail.ts";
import type { Approval } from "../model/approval.ts";
import type { RecordApproval } from "../policy/approvals/approval_store.ts";

/** Writes down what persons are asked and what becomes of it, whichever process hears it first. */
export function auditApprovals(audit: Pick<AuditTrail, "approval">): RecordApproval {
  return (change, approval) => {
    const { runId, approvalId, decision = null } = approval;
    if (change === "asked") {
      audit.approval("approval_asked", { runId, body: askedOf(approval) });
    } else {
      const body = { approvalId, decision: change, how: decision };
      audit.approval("approval_decided", { runId, body });
    }
  };
}

function askedOf({ approvalId, kind, shown }: Approval) {
  const { level, tools, call } = shown;
  return {
    approvalId,
    kind,
    level,
    tools: tools.map(({ server, tool }) => ({ server, tool })),
    call: call && { server: call.server, tool: call.tool, flows: call.flows },
  };
}
