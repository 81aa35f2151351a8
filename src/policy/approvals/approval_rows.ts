import type {
  Approval,
  ApprovalShown,
  ApprovalState,
  Decision,
  Grant,
  ShownSkill,
} from "../../model/approval.ts";

type Row = Readonly<Record<string, unknown>>;

/** What is shown, with what is kept beside it: the program, its skills, and the way of its flows. */
export type StoredShown = ApprovalShown & {
  readonly code?: string;
  readonly skills?: readonly ShownSkill[];
  readonly way?: string;
};

/** The ids of the approvals of rows. */
export function idsOf(rows: readonly Row[]): string[] {
  return rows.map((row) => String(row["approval_id"]));
}

/** The approval of a row. */
export function readApproval(row: Row | undefined): Approval | undefined {
  if (row === undefined) return undefined;
  const { decision, principal, session, used_calls: usedCalls } = row;
  const { code: _code, skills: _skills, way: _way, ...shown } = readShown(row);
  return {
    approvalId: String(row["approval_id"]),
    runId: String(row["run_id"]),
    kind: row["kind"] as Approval["kind"],
    state: row["state"] as ApprovalState,
    ...(principal !== null && { principal: String(principal) }),
    programHash: String(row["program_hash"]),
    ...(session !== null && { session: String(session) }),
    shown,
    createdAt: Number(row["created_at"]),
    expiresAt: Number(row["expires_at"]),
    ...(decision !== null && { decision: JSON.parse(String(decision)) as Decision }),
    ...(usedCalls !== null && { usedCalls: Number(usedCalls) }),
    isRevoked: row["revoked_at"] !== null,
  };
}

/** What is kept of what a person is shown. */
export function readShown(row: Row): StoredShown {
  return JSON.parse(String(row["shown"])) as StoredShown;
}

/** The grant of a row. */
export function readGrant(row: Row): Grant {
  const { principal, session } = row;
  return {
    grantId: String(row["grant_id"]),
    approvalId: String(row["approval_id"]),
    scope: row["scope"] as Grant["scope"],
    runId: String(row["run_id"]),
    callKey: String(row["call_key"]),
    occurrence: Number(row["occurrence"]),
    ...(principal !== null && { principal: String(principal) }),
    programHash: String(row["program_hash"]),
    ...(session !== null && { session: String(session) }),
    tools: JSON.parse(String(row["tools"])) as Grant["tools"],
    level: row["level"] as Grant["level"],
    hasCallsLeft: row["has_calls_left"] === 1,
  };
}
