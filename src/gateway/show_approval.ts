import type { Approval } from "../policy/approvals/approval.ts";

/** An approval as the API gives it: times as ISO 8601. */
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
      message,
      ...(line !== undefined && { line }),
    })),
    estimatedWrites,
    tools: tools.map(({ server, tool }) => ({ server, tool })),
    ...(call !== undefined && { call: showCall(call) }),
    ...(approval.decision !== undefined && { decision: showDecision(approval) }),
    ...(approval.usedCalls !== undefined && { usedCalls: approval.usedCalls }),
    isRevoked: approval.isRevoked,
  };
}

function showCall({ flows, ...call }: NonNullable<Approval["shown"]["call"]>) {
  if (flows === undefined) return call;
  return { ...call, flows: flows.map(({ from, ...flow }) => ({ ...flow, from: [...from] })) };
}

function showDecision({ decision }: Approval) {
  if (decision?.decision !== "approve") return { ...decision! };
  const { until, ...rest } = decision;
  return { ...rest, ...(until !== undefined && { until: new Date(until).toISOString() }) };
}
