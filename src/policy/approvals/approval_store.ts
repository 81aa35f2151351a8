import type { DatabaseSync } from "node:sqlite";
import { AirlockError } from "../../model/errors.ts";
import { atOnce } from "../../storage/database.ts";
import { OWNER_NAME } from "../../model/permission.ts";
import type {
  Approval,
  ApprovalShown,
  ApprovalState,
  Decision,
  Grant,
  ShownSkill,
} from "../../model/approval.ts";
import {
  idsOf,
  prepareApprovalStatements,
  readApproval,
  readGrant,
  readShown,
} from "./approval_rows.ts";

/** What a person is asked. */
export interface NewApproval {
  readonly runId: string;
  readonly kind: Approval["kind"];
  /** Empty for the program as a whole. */
  readonly callKey: string;
  readonly occurrence: number;
  readonly programHash: string;
  /** Whose run it is. Default: the owner's. */
  readonly principal?: string | undefined;
  readonly session?: string | undefined;
  /** Nothing in it that was not masked. */
  readonly shown: ApprovalShown;
  /** The way of the flows that are asked about; absent where none are. */
  readonly way?: string;
  /** The program as a person is shown it, masked. Default: none is shown. */
  readonly code?: string;
  /** The skills that it imports, masked. Default: none. */
  readonly skills?: readonly ShownSkill[];
  readonly expiresAt: number;
}

/** The run or call that an approval is about. */
export type ApprovalPlace = Pick<NewApproval, "runId" | "kind" | "callKey" | "occurrence">;

/** What can happen to an approval. */
type ApprovalChange = "asked" | "revoked" | Exclude<ApprovalState, "waiting">;

/** Told of each change before it counts; where it throws, nothing has changed. */
export type RecordApproval = (change: ApprovalChange, approval: Approval) => void;

/** Approvals and grants, written down. */
export class ApprovalStore {
  readonly #database: DatabaseSync;
  readonly #record: RecordApproval;
  readonly #statements: ReturnType<typeof prepareApprovalStatements>;

  /** Keeps them in `database`. */
  constructor(database: DatabaseSync, record: RecordApproval = () => {}) {
    this.#database = database;
    this.#record = record;
    this.#statements = prepareApprovalStatements(database);
  }

  /** Changes with every write of another process. */
  version(): number {
    return Number(this.#statements.version.get()!["data_version"]);
  }

  /** Adds what is asked. */
  add(asked: NewApproval): Approval {
    const approvalId = `apr_${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}`;
    return this.#change([approvalId], "asked", () =>
      this.#statements.add.run(
        approvalId,
        asked.runId,
        asked.kind,
        asked.callKey,
        asked.occurrence,
        asked.principal ?? OWNER_NAME,
        asked.programHash,
        asked.session ?? null,
        JSON.stringify({
          ...asked.shown,
          code: asked.code,
          skills: asked.skills,
          way: asked.way,
        }),
        Date.now(),
        asked.expiresAt,
      ))[0]!;
  }

  /** The latest approval of a run or call. */
  at({ runId, kind, callKey, occurrence }: ApprovalPlace): Approval | undefined {
    return readApproval(this.#statements.at.get(runId, kind, callKey, occurrence));
  }

  /** The approval of the id. */
  find(approvalId: string): Approval | undefined {
    return readApproval(this.#statements.find.get(approvalId));
  }

  /** The text of the program that an approval is about, as a person is shown it. */
  codeOf(approvalId: string): string | undefined {
    const row = this.#statements.find.get(approvalId);
    return row && readShown(row).code;
  }

  /** The texts of the skills that the program imports, as a person is shown them. */
  skillsOf(approvalId: string): readonly ShownSkill[] {
    const row = this.#statements.find.get(approvalId);
    return row && readShown(row).skills || [];
  }

  /** The latest approvals, those that wait first. */
  list(limit: number): Approval[] {
    return this.#statements.list.all(limit).map((row) => readApproval(row)!);
  }

  /** The approvals of a run that wait. */
  waitingOf(runId: string): Approval[] {
    return this.#statements.waitingOf.all(runId).map((row) => readApproval(row)!);
  }

  /** Says of all whose time is over that it is; gives how many there were. */
  expire(): number {
    const over = idsOf(this.#statements.over.all(Date.now()));
    return this.#change(over, "expired", (id) => this.#statements.close.run("expired", id)).length;
  }

  /** Nobody needs to decide any more; of one run, or of one approval. */
  withdraw({ runId, approvalId }: { runId?: string; approvalId?: string }): void {
    const waiting = idsOf(this.#statements.toWithdraw.all(runId ?? "", approvalId ?? ""));
    this.#change(waiting, "withdrawn", (id) => this.#statements.close.run("withdrawn", id));
  }

  /**
   * Writes down what a person said, once: to say the same again changes nothing.
   *
   * @throws {AirlockError} NOT_FOUND, APPROVAL_EXPIRED or APPROVAL_DECIDED
   */
  decide(approvalId: string, decision: Decision): Approval {
    this.expire();
    return atOnce(this.#database, () => this.#decideNow(approvalId, decision));
  }

  /** Changes those that nobody else has changed meanwhile; gives what they are now. */
  #change(
    ids: readonly string[],
    change: ApprovalChange,
    write: (approvalId: string) => { changes: number | bigint },
  ): Approval[] {
    if (ids.length === 0) return [];
    return atOnce(this.#database, () =>
      ids.filter((id) => write(id).changes > 0).map((id) => {
        const approval = this.find(id)!;
        this.#record(change, approval);
        return approval;
      }));
  }

  #decideNow(approvalId: string, decision: Decision): Approval {
    const found = this.find(approvalId);
    if (found === undefined) {
      throw new AirlockError("NOT_FOUND", "Cannot decide: there is no approval of this id");
    }
    if (found.state === "waiting") {
      const state = decision.decision === "approve" ? "approved" : "rejected";
      this.#statements.decide.run(state, JSON.stringify(decision), Date.now(), approvalId);
      if (decision.decision === "approve") this.#grant(found, decision);
      const decided = this.find(approvalId)!;
      this.#record(state, decided);
      return decided;
    }
    if (found.decision !== undefined && same(found.decision, decision)) return found;
    const code = found.state === "expired" ? "APPROVAL_EXPIRED" : "APPROVAL_DECIDED";
    throw new AirlockError(code, `Cannot decide: the approval is ${found.state}`);
  }

  #grant(approval: Approval, decision: Decision & { decision: "approve" }): void {
    const { shown: { call, tools, level }, approvalId, runId, programHash, session } = approval;
    const { principal } = approval;
    const place = this.#statements.place.get(approvalId)!;
    const { way } = readShown(place);
    this.#statements.grant.run(
      `grt_${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}`,
      approvalId,
      decision.scope,
      runId,
      String(place["call_key"]),
      Number(place["occurrence"]),
      principal ?? null,
      programHash,
      session ?? null,
      JSON.stringify(
        (call === undefined ? tools : [call]).map(({ server, tool }) =>
          way === undefined ? [server, tool] : [server, tool, way]
        ),
      ),
      level,
      decision.maxCalls ?? null,
      decision.until ?? null,
    );
  }

  /** Takes back what was granted. */
  revoke(approvalId: string): void {
    this.#revoke([approvalId]);
  }

  /** Takes back all that was granted in a session. */
  revokeSession(session: string): void {
    this.#revoke(idsOf(this.#statements.grantedIn.all(session)));
  }

  #revoke(ids: readonly string[]): void {
    this.#change(ids, "revoked", (id) => this.#statements.revoke.run(Date.now(), id));
  }

  /** What was granted that may be good for a run and still is, the longest one first. */
  grants(
    { runId, programHash, session }: { runId: string; programHash: string; session?: string },
  ): Grant[] {
    return this.#statements.grants.all(runId, programHash, session ?? null, Date.now())
      .map(readGrant);
  }
}

/** Whoever says it, and when. */
function same(one: Decision, other: Decision): boolean {
  const plain = (decision: Decision) =>
    JSON.stringify(
      decision.decision === "approve"
        ? [decision.scope, decision.maxCalls, decision.until]
        : ["reject"],
    );
  return one.decision === other.decision && plain(one) === plain(other);
}
