import type { DatabaseSync } from "node:sqlite";
import type { ApprovalsConfig } from "../../config/approvals.ts";
import { AirlockError } from "../../model/errors.ts";
import type { Approval, Decision, Grant, ShownSkill } from "../../model/approval.ts";
import { type ApprovalQueue, unseenOf } from "./approval_queue.ts";
import {
  type ApprovalPlace,
  ApprovalStore,
  type NewApproval,
  type RecordApproval,
} from "./approval_store.ts";

interface ApprovalsOptions {
  readonly database: DatabaseSync;
  readonly config: ApprovalsConfig;
  /** Whether other processes can decide too. */
  readonly isShared: boolean;
  /** Told of each change before it counts. Default: nobody is. */
  readonly record?: RecordApproval | undefined;
  /** Told where a run goes on by what was granted to another. Default: nobody is. */
  readonly recordUse?: ((use: GrantUse) => void) | undefined;
  /** Masks what persons write. Default: nothing is. */
  readonly redact?: ((text: string) => string) | undefined;
}

/** A run goes on by what was granted to another one. */
export interface GrantUse {
  readonly runId: string;
  readonly grant: Grant;
  /** Who granted it; absent where that is forgotten. */
  readonly by?: string | undefined;
}

/** How often is looked for what other processes have decided, while somebody waits. */
const LOOK_MS = 250;
const MAX_LISTED = 500;
/** Of more, the eldest would be told of again. */
const MAX_HEARD_OF = 10_000;

/** What persons are asked and what they said. */
export class Approvals implements ApprovalQueue {
  readonly config: ApprovalsConfig;
  readonly #isShared: boolean;
  readonly #store: ApprovalStore;
  readonly #recordUse: (use: GrantUse) => void;
  readonly #redact: (text: string) => string;
  readonly #listeners = new Set<() => void>();
  readonly #askers = new Set<(approval: Approval) => void>();
  readonly #watchers = new Set<(approval: Approval) => void>();
  readonly #heardOf = new Set<string>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #version = 0;

  /** Keeps them in the database. */
  constructor(options: ApprovalsOptions) {
    const { database, config, isShared, record, redact = (text) => text } = options;
    this.#recordUse = options.recordUse ?? (() => {});
    this.config = config;
    this.#redact = redact;
    this.#isShared = isShared;
    this.#store = new ApprovalStore(database, record);
  }

  /** Whether there is a way to ask somebody. */
  get canAsk(): boolean {
    return this.#isShared || this.#askers.size > 0;
  }

  /** The latest, those that wait first. */
  list(): Approval[] {
    this.#store.expire();
    return this.#store.list(MAX_LISTED);
  }

  /** The approval of the id. */
  find(approvalId: string): Approval | undefined {
    this.#store.expire();
    return this.#store.find(approvalId);
  }

  /** The text of the program that an approval is about, masked. */
  codeOf({ approvalId }: Approval): string {
    return this.#store.codeOf(approvalId) ?? "";
  }

  /** The texts of the skills that the program imports, masked. */
  skillsOf({ approvalId }: Approval): readonly ShownSkill[] {
    return this.#store.skillsOf(approvalId);
  }

  /** The approvals that a run waits for. */
  waitingOf(runId: string): Approval[] {
    this.#store.expire();
    return this.#store.waitingOf(runId);
  }

  /**
   * Decides; to say the same again changes nothing.
   *
   * @throws {AirlockError} REQUEST_INVALID, NOT_FOUND, APPROVAL_EXPIRED or APPROVAL_DECIDED
   */
  decide(approvalId: string, decision: Decision): Approval {
    if (decision.decision === "approve") this.#check(approvalId, decision);
    const decided = this.#store.decide(approvalId, this.#redacted(decision));
    this.#tell();
    return decided;
  }

  /** Why a person says no goes to the program's author, and into the audit. */
  #redacted(decision: Decision): Decision {
    if (decision.decision === "approve" || decision.reason === undefined) return decision;
    return { ...decision, reason: this.#redact(decision.reason) };
  }

  /**
   * Takes back what was granted: from the next call on it is good for nothing.
   *
   * @throws {AirlockError} NOT_FOUND where nothing was granted
   */
  revoke(approvalId: string): Approval {
    const found = this.#store.find(approvalId);
    if (found?.state !== "approved") {
      throw new AirlockError("NOT_FOUND", "Cannot revoke: nothing was granted by this id");
    }
    this.#store.revoke(approvalId);
    this.#tell();
    return this.#store.find(approvalId)!;
  }

  /** Asks a person, unless one is being asked already. */
  ask(asked: Omit<NewApproval, "expiresAt">): Approval {
    const known = this.#store.at(asked);
    if (known?.state === "waiting") {
      const isWhole = unseenOf(known.shown).length === (asked.shown.unseen ?? []).length;
      if (isWhole) return this.#hearOf(known);
      // It was asked when less of it could be shown.
      this.#store.withdraw({ approvalId: known.approvalId });
    }
    const expiresAt = Date.now() + this.config.expireMs;
    const approval = this.#store.add({ ...asked, expiresAt });
    this.#tell();
    return this.#hearOf(approval);
  }

  /** Those who can ask hear once of what waits, also where another process has asked it first. */
  #hearOf(approval: Approval): Approval {
    if (this.#heardOf.has(approval.approvalId)) return approval;
    this.#heardOf.add(approval.approvalId);
    const [eldest] = this.#heardOf;
    if (this.#heardOf.size > MAX_HEARD_OF) this.#heardOf.delete(eldest!);
    for (const hear of [...this.#askers, ...this.#watchers]) hear(approval);
    return approval;
  }

  /** What was asked about a run or call. */
  at(place: ApprovalPlace): Approval | undefined {
    this.#store.expire();
    return this.#store.at(place);
  }

  /** Takes back what was granted in a session that is no more. */
  forgetSession(session: string): void {
    this.#store.revokeSession(session);
  }

  /** What was granted and may be good for a run. */
  grants(run: { runId: string; programHash: string; session?: string }): Grant[] {
    return this.#store.grants(run);
  }

  /**
   * Writes down that a run goes on by a grant that was given to another one.
   *
   * @throws {AirlockError} AUDIT_FAILED; then it must not go on
   */
  noteUse(runId: string, grant: Grant): void {
    const by = this.#store.find(grant.approvalId)?.decision?.by;
    this.#recordUse({ runId, grant, by });
  }

  /** Nobody needs to decide any more. */
  withdraw(what: { runId?: string; approvalId?: string }): void {
    this.#store.withdraw(what);
    this.#tell();
  }

  /** Calls `hear`, who can get it decided, for all that is asked; gives how to stop it. */
  onAsk(hear: (approval: Approval) => void): () => void {
    this.#askers.add(hear);
    return () => void this.#askers.delete(hear);
  }

  /** Calls `hear`, who only looks on, for all that is asked; gives how to stop it. */
  onAsked(hear: (approval: Approval) => void): () => void {
    this.#watchers.add(hear);
    return () => void this.#watchers.delete(hear);
  }

  /** Calls `hear` whenever something may have changed, whoever changed it; gives how to stop it. */
  onChange(hear: () => void): () => void {
    this.#listeners.add(hear);
    if (this.#timer === undefined) {
      this.#version = this.#store.version();
      this.#timer = setInterval(() => this.#look(), LOOK_MS);
    }
    return () => {
      this.#listeners.delete(hear);
      if (this.#listeners.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }

  /** Resolves to what `look` gives as soon as it gives something; undefined where `signal` aborts. */
  async until<T>(look: () => T | undefined, signal: AbortSignal): Promise<T | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<T | undefined>();
    const check = () => {
      try {
        const found = signal.aborted ? undefined : look();
        if (found !== undefined || signal.aborted) resolve(found);
      } catch (error) {
        reject(error);
      }
    };
    const stop = this.onChange(check);
    signal.addEventListener("abort", check);
    try {
      check();
      return await promise;
    } finally {
      stop();
      signal.removeEventListener("abort", check);
    }
  }

  #look(): void {
    const expired = this.#store.expire();
    const version = this.#store.version();
    if (expired === 0 && version === this.#version) return;
    this.#version = version;
    this.#tell();
  }

  #tell(): void {
    for (const hear of [...this.#listeners]) hear();
  }

  #check(approvalId: string, { scope, maxCalls, until }: Decision & { decision: "approve" }): void {
    const invalid = (problem: string) =>
      new AirlockError("REQUEST_INVALID", `Cannot approve: ${problem}`);
    if (scope === "tool" && maxCalls === undefined && until === undefined) {
      throw invalid('the scope "tool" needs "maxCalls" or "until"');
    }
    if (maxCalls !== undefined && (!Number.isSafeInteger(maxCalls) || maxCalls < 1)) {
      throw invalid('"maxCalls" must be a whole number from 1');
    }
    if (until !== undefined && !(until > Date.now())) throw invalid('"until" is over');
    const found = this.#store.find(approvalId);
    if (scope === "session" && found?.session === undefined) {
      throw invalid("the run has no session");
    }
    const [unseen] = found === undefined ? [] : unseenOf(found.shown);
    if (unseen !== undefined) throw invalid(`${unseen}, and nobody approves what was not seen`);
  }
}
