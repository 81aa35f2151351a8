import type { AuditTrail } from "../audit/audit_trail.ts";
import type { GrantUse } from "../policy/approvals/approvals.ts";

/** Writes down by whose word a run goes on that no person was asked about. */
export function auditGrantUse(audit: Pick<AuditTrail, "approval">): (use: GrantUse) => void {
  return ({ runId, grant: { approvalId, scope, runId: askedIn }, by = null }) => {
    audit.approval("approval_used", { runId, body: { approvalId, scope, askedIn, by } });
  };
}
