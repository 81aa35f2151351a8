import type {
  Approval,
  ApprovalShown,
  ApprovalState,
  Decision,
  Grant,
  ShownSkill,
} from "../../model/approval.ts";
import { AirlockError } from "../../model/errors.ts";
import { OWNER_NAME } from "../../model/permission.ts";
import { BucketView } from "../../storage/bucket_view.ts";
import type { Bucket, Entry, Storage } from "../../storage/ports.ts";

/** What a person is asked. */
export interface NewApproval extends ApprovalTexts {
  readonly runId: string;
  readonly kind: Approval["kind"];
  /** Empty for the program as a whole. */
  readonly callKey: string;
  readonly occurrence: number;
  readonly programHash: string;
  /** Default: the owner. */
  readonly principal?: string | undefined;
  readonly session?: string | undefined;
  /** Masked. */
  readonly shown: ApprovalShown;
  /** The way of the flows that are asked about; absent where none are. */
  readonly way?: string | undefined;
  readonly expiresAt: number;
}

/** The masked texts that a person is shown; they stand beside the approval, which stays small. */
interface ApprovalTexts {
  readonly code?: string | undefined;
  readonly skills?: readonly ShownSkill[] | undefined;
}

/** The run or call that an approval is about. */
export type ApprovalPlace = Pick<NewApproval, "runId" | "kind" | "callKey" | "occurrence">;

/** An approval as it is stored, with what was granted by it: one value, changed at once. */
interface StoredApproval
  extends Omit<Approval, "isRevoked">, Pick<NewApproval, "callKey" | "occurrence" | "way"> {
  readonly revokedAt?: number | undefined;
  /** Names the latest use, so that no two writes are alike. */
  readonly use?: string | undefined;
}

/** What can happen to an approval; a recorded change is void where another one came before it. */
type ApprovalChange = "asked" | "revoked" | "void" | Exclude<ApprovalState, "waiting">;

/** Records a change before it counts; where it throws, nothing has changed. */
export type RecordApproval = (change: ApprovalChange, approval: Approval) => Promise<void>;

/** Approvals and grants in their bucket. */
export class ApprovalStore {
  readonly #bucket: Bucket<StoredApproval>;
  readonly #texts: Bucket<ApprovalTexts>;
  readonly #view: BucketView<StoredApproval>;
  readonly #record: RecordApproval;

  constructor(storage: Storage, record: RecordApproval = () => Promise.resolve()) {
    this.#bucket = storage.bucket("approvals");
    this.#texts = storage.bucket("approval_texts");
    this.#view = new BucketView(this.#bucket);
    this.#record = record;
  }

  /** Calls `listener` after changes, of this process or another. */
  watch(listener: () => void): Disposable {
    return this.#bucket.watch(listener);
  }

  /** Adds a question. */
  async add({ code, skills, expiresAt, ...asked }: NewApproval): Promise<Approval> {
    const approvalId = `apr_${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}`;
    const stored: StoredApproval = {
      ...asked,
      approvalId,
      principal: asked.principal ?? OWNER_NAME,
      state: "waiting",
      createdAt: Date.now(),
      expiresAt,
    };
    const approval = shownOf(stored);
    await this.#record("asked", approval);
    await this.#texts.create(approvalId, { code, skills });
    await this.#bucket.create(approvalId, stored);
    return approval;
  }

  /** Returns the latest approval of a run or call. */
  async at({ runId, kind, callKey, occurrence }: ApprovalPlace): Promise<Approval | undefined> {
    const found = (await this.#all()).filter((one) =>
      one.runId === runId && one.kind === kind && one.callKey === callKey &&
      one.occurrence === occurrence
    );
    const latest = found.reduce<StoredApproval | undefined>(
      (latest, one) => latest === undefined || one.createdAt >= latest.createdAt ? one : latest,
      undefined,
    );
    return latest && shownOf(latest);
  }

  /** Returns the approval of the id. */
  async find(approvalId: string): Promise<Approval | undefined> {
    const found = await this.#bucket.get(approvalId);
    return found && shownOf(found.value);
  }

  /** Returns the texts that a person is shown with an approval. */
  async textsOf(approvalId: string): Promise<ApprovalTexts> {
    return (await this.#texts.get(approvalId))?.value ?? {};
  }

  /** Returns the latest approvals, the waiting ones first. */
  async list(limit: number): Promise<Approval[]> {
    const rank = ({ state }: StoredApproval) => state === "waiting" ? 0 : 1;
    const all = (await this.#all()).sort((one, other) =>
      rank(one) - rank(other) || other.createdAt - one.createdAt
    );
    return all.slice(0, limit).map(shownOf);
  }

  /** Returns the waiting approvals of a run. */
  async waitingOf(runId: string): Promise<Approval[]> {
    return (await this.#all()).filter((one) => one.runId === runId && one.state === "waiting")
      .map(shownOf);
  }

  /** Closes the approvals whose time is over; returns how many there were. */
  async expire(): Promise<number> {
    const now = Date.now();
    return await this.#close("expired", ({ expiresAt }) => expiresAt <= now);
  }

  /** Closes the waiting approvals of one run, or one approval. */
  async withdraw(what: { runId?: string; approvalId?: string }): Promise<void> {
    await this.#close(
      "withdrawn",
      ({ runId, approvalId }) => runId === what.runId || approvalId === what.approvalId,
    );
  }

  async #close(
    state: "expired" | "withdrawn",
    isMeant: (stored: StoredApproval) => boolean,
  ): Promise<number> {
    let count = 0;
    for (const { value, revision } of [...(await this.#view.read()).values()]) {
      if (value.state !== "waiting" || !isMeant(value)) continue;
      if (await this.#change(state, { value: { ...value, state }, revision })) count++;
    }
    return count;
  }

  /**
   * Stores a decision, once: the same one again changes nothing.
   *
   * @throws {AirlockError} NOT_FOUND, APPROVAL_EXPIRED or APPROVAL_DECIDED
   */
  async decide(approvalId: string, decision: Decision): Promise<Approval> {
    await this.expire();
    for (;;) {
      const found = await this.#bucket.get(approvalId);
      if (found === undefined) {
        throw new AirlockError("NOT_FOUND", "Cannot decide: there is no approval of this id");
      }
      const { value, revision } = found;
      if (value.state === "waiting") {
        const isYes = decision.decision === "approve";
        const state = isYes ? "approved" : "rejected";
        const decided = { ...value, state, decision, ...(isYes && { usedCalls: 0 }) } as const;
        if (await this.#change(state, { value: decided, revision })) return shownOf(decided);
        continue;
      }
      if (value.decision !== undefined && isSame(value.decision, decision)) return shownOf(value);
      const code = value.state === "expired" ? "APPROVAL_EXPIRED" : "APPROVAL_DECIDED";
      throw new AirlockError(code, `Cannot decide: the approval is ${value.state}`);
    }
  }

  /** Revokes what an approval granted. */
  async revoke(approvalId: string): Promise<void> {
    await this.#revoke((one) => one.approvalId === approvalId);
  }

  /** Revokes all that was granted in a session. */
  async revokeSession(session: string): Promise<void> {
    await this.#revoke((one) => one.session === session);
  }

  async #revoke(isMeant: (stored: StoredApproval) => boolean): Promise<void> {
    for (const { value: { approvalId } } of [...(await this.#view.read()).values()]) {
      for (;;) {
        const found = await this.#bucket.get(approvalId);
        if (found === undefined || !isMeant(found.value) || !isGranted(found.value)) break;
        const value = { ...found.value, revokedAt: Date.now() };
        if (await this.#change("revoked", { value, revision: found.revision })) break;
      }
    }
  }

  /** Records a change, then makes it; false where another one came before it. */
  async #change(
    change: ApprovalChange,
    { value, revision }: Entry<StoredApproval>,
  ): Promise<boolean> {
    await this.#record(change, shownOf(value));
    const { approvalId } = value;
    if (await this.#bucket.update(approvalId, value, revision) !== undefined) return true;
    await this.#record("void", shownOf(value));
    return false;
  }

  /** Returns the grants that may be good for a run and still are, the first one first. */
  async grants(
    { runId, programHash, session }: { runId: string; programHash: string; session?: string },
  ): Promise<Grant[]> {
    const now = Date.now();
    return (await this.#all()).filter((one) =>
      isGranted(one) && !isOver(one, now) &&
      (one.runId === runId || one.programHash === programHash ||
        session !== undefined && one.session === session)
    ).map(grantOf);
  }

  /**
   * Spends one call of each grant, before the call is made; false where one has no more. What was
   * spent until then is given back.
   */
  async spend(approvalIds: readonly string[]): Promise<boolean> {
    for (const [at, approvalId] of approvalIds.entries()) {
      if (await this.#use(approvalId, 1)) continue;
      for (const spent of approvalIds.slice(0, at)) await this.#use(spent, -1);
      return false;
    }
    return true;
  }

  async #use(approvalId: string, calls: 1 | -1): Promise<boolean> {
    for (;;) {
      const found = await this.#bucket.get(approvalId);
      if (found === undefined) return false;
      const { value, revision } = found;
      const isGood = isGranted(value) && !isOver(value, Date.now()) && hasCallsLeft(value);
      if (calls > 0 && !isGood) return false;
      const usedCalls = (value.usedCalls ?? 0) + calls;
      const used = { ...value, usedCalls, use: crypto.randomUUID() };
      if (await this.#bucket.update(approvalId, used, revision) !== undefined) return true;
    }
  }

  /** Forgets decided approvals of runs that are forgotten, but for what they still grant. */
  async forgetBefore(time: number, isKept: (runId: string) => Promise<boolean>): Promise<void> {
    const now = Date.now();
    for (const { value, revision } of [...(await this.#view.read()).values()]) {
      if (value.state === "waiting" || value.createdAt >= time) continue;
      const isUseful = isGranted(value) && value.decision?.decision === "approve" &&
        value.decision.scope !== "once" && !isOver(value, now) && hasCallsLeft(value);
      if (isUseful || await isKept(value.runId)) continue;
      const texts = await this.#texts.get(value.approvalId);
      if (texts !== undefined) await this.#texts.remove(value.approvalId, texts.revision);
      await this.#bucket.remove(value.approvalId, revision);
    }
  }

  async #all(): Promise<StoredApproval[]> {
    return [...(await this.#view.read()).values()].map(({ value }) => value);
  }
}

function shownOf(
  { callKey: _callKey, occurrence: _occurrence, way: _way, use: _use, revokedAt, ...approval }:
    StoredApproval,
): Approval {
  return { ...approval, isRevoked: revokedAt !== undefined };
}

function isGranted({ state, revokedAt }: StoredApproval): boolean {
  return state === "approved" && revokedAt === undefined;
}

function isOver({ decision }: StoredApproval, now: number): boolean {
  return decision?.decision === "approve" && decision.until !== undefined && decision.until <= now;
}

function hasCallsLeft({ decision, usedCalls = 0 }: StoredApproval): boolean {
  return decision?.decision === "approve" &&
    (decision.maxCalls === undefined || usedCalls < decision.maxCalls);
}

function grantOf(stored: StoredApproval): Grant {
  const { approvalId, runId, callKey, occurrence, principal, programHash, session, way } = stored;
  const { shown: { call, tools, level } } = stored;
  const { scope } = stored.decision as Decision & { decision: "approve" };
  return {
    ...{ approvalId, scope, runId, callKey, occurrence, principal, programHash, session, level },
    tools: (call === undefined ? tools : [call]).map(({ server, tool }) =>
      way === undefined ? [server, tool] : [server, tool, way]
    ),
    hasCallsLeft: hasCallsLeft(stored),
  };
}

/** Whether two decisions allow the same, by whomever. */
function isSame(one: Decision, other: Decision): boolean {
  const plain = (decision: Decision) =>
    JSON.stringify(
      decision.decision === "approve"
        ? [decision.scope, decision.maxCalls, decision.until]
        : ["reject"],
    );
  return one.decision === other.decision && plain(one) === plain(other);
}
