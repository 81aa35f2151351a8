import type { Approval, ApprovalShown, ShownSkill } from "../model/approval.ts";
import { unseenOf } from "../policy/approvals/unseen_of.ts";
import { impactOf } from "../policy/shown/impact_of.ts";
import { signWarnings } from "../policy/shown/sign_warnings.ts";
import { visibleLine, visibleText } from "../text/visible_text.ts";
import { withheldWordLines } from "../policy/shown/withheld_words.ts";

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
      message: visibleLine(message),
      ...(line !== undefined && { line }),
    })),
    estimatedWrites,
    tools: tools.map((
      { isSuspicious = false, sends = false, reversible = "unknown", ...each },
    ) => ({
      ...{ server: each.server, tool: each.tool, effect: each.effect, sends, reversible },
      wordsWithheld: isSuspicious,
    })),
    impact: showImpact(shown),
    unseen: [...unseenOf(shown)],
    ...(call !== undefined && { call: showCall(call) }),
    ...(approval.decision !== undefined && { decision: showDecision(approval) }),
    ...(approval.usedCalls !== undefined && { usedCalls: approval.usedCalls }),
    isRevoked: approval.isRevoked,
  };
}

/** An approval with the texts of its program: no sign of them hides, or makes others read otherwise. */
export function showWholeApproval(
  approval: Approval,
  { code, skills }: { code: string; skills: readonly ShownSkill[] },
) {
  const { call } = approval.shown;
  return {
    ...showApproval(approval),
    code: visibleText(code),
    skills: skills.map(({ name, code }) => ({ name, code: visibleText(code) })),
    warnings: [
      ...withheldWordLines(approval.shown).map(visibleLine),
      ...call === undefined ? [] : signWarnings(call.arguments, "the call"),
      ...signWarnings(code, "the program"),
      ...skills.flatMap(({ name, code }) => signWarnings(code, `the skill "${name}"`)),
    ],
  };
}

function showImpact(shown: ApprovalShown) {
  const { reads, writes, destroys, sends, reversible, files } = impactOf(shown);
  return {
    ...{ reads: [...reads], writes: [...writes], destroys: [...destroys], sends: [...sends] },
    reversible,
    files: files === null
      ? null
      : files.map(({ use, path }) => ({ use, path: path === null ? null : visibleLine(path) })),
  };
}

function showCall({ server, tool, arguments: input, flows }: NonNullable<ApprovalShown["call"]>) {
  const call = { server, tool, arguments: visibleLine(input) };
  if (flows === undefined) return call;
  const shown = flows.map(({ from, path, ...flow }) => ({
    ...{ ...flow, path: visibleLine(path), from: [...from] },
  }));
  return { ...call, flows: shown };
}

function showDecision({ decision }: Approval) {
  if (decision?.decision !== "approve") return { ...decision! };
  const { until, ...rest } = decision;
  return { ...rest, ...(until !== undefined && { until: new Date(until).toISOString() }) };
}
