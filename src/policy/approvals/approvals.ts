import type { ApprovalsConfig } from "../../config/approvals.ts";
import { AirlockError } from "../../model/errors.ts";
import type { Approval, Decision, Grant, ShownSkill } from "../../model/approval.ts";
import type { Storage } from "../../storage/ports.ts";
import { type ApprovalQueue, unseenOf } from "./approval_queue.ts";
import {
  type ApprovalPlace,
  ApprovalStore,
  type NewApproval,
  type RecordApproval,
} from "./approval_store.ts";

interface ApprovalsOptions {
  readonly storage: Storage;
  readonly config: ApprovalsConfig;
  /** Called with each change before it counts. Default: no call. */
  readonly record?: RecordApproval | undefined;
  /** Called where a run uses what was granted to another. Default: no call. */
  readonly recordUse?: ((use: GrantUse) => Promise<void>) | undefined;
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

/** Interval of the look for what is over, while a caller waits. */
const LOOK_MS = 250;
const MAX_LISTED = 500;
/** Of more, the eldest would be told of again. */
const MAX_HEARD_OF = 10_000;

/** What persons are asked and what they said. */
export class Approvals implements ApprovalQueue {
  readonly config: ApprovalsConfig;
  readonly #isShared: boolean;
  readonly #store: ApprovalStore;
  readonly #recordUse: (use: GrantUse) => Promise<void>;
  readonly #redact: (text: string) => string;
  readonly #listeners = new Set<() => void>();
  readonly #askers = new Set<(approval: Approval) => void>();
  readonly #watchers = new Set<(approval: Approval) => void>();
  readonly #heardOf = new Set<string>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #watch: Disposable | undefined;

  constructor(options: ApprovalsOptions) {
    const { storage, config, record, redact = (text) => text } = options;
    this.#recordUse = options.recordUse ?? (() => Promise.resolve());
    this.config = config;
    this.#redact = redact;
    this.#isShared = storage.isShared;
    this.#store = new ApprovalStore(storage, record);
  }

  /** Whether there is a way to ask a person. */
  get canAsk(): boolean {
    return this.#isShared || this.#askers.size > 0;
  }

  /** The latest, those that wait first. */
  async list(): Promise<Approval[]> {
    await this.#store.expire();
    return await this.#store.list(MAX_LISTED);
  }

  /** The approval of the id. */
  async find(approvalId: string): Promise<Approval | undefined> {
    await this.#store.expire();
    return await this.#store.find(approvalId);
  }

  /** The text of the program that an approval is about, masked. */
  async codeOf({ approvalId }: Approval): Promise<string> {
    return (await this.#store.textsOf(approvalId)).code ?? "";
  }

  /** The texts of the skills that the program imports, masked. */
  async skillsOf({ approvalId }: Approval): Promise<readonly ShownSkill[]> {
    return (await this.#store.textsOf(approvalId)).skills ?? [];
  }

  /** The approvals that a run waits for. */
  async waitingOf(runId: string): Promise<Approval[]> {
    await this.#store.expire();
    return await this.#store.waitingOf(runId);
  }

  /**
   * Decides; to say the same again changes nothing.
   *
   * @throws {AirlockError} REQUEST_INVALID, NOT_FOUND, APPROVAL_EXPIRED or APPROVAL_DECIDED
   */
  async decide(approvalId: string, decision: Decision): Promise<Approval> {
    if (decision.decision === "approve") await this.#check(approvalId, decision);
    const decided = await this.#store.decide(approvalId, this.#redacted(decision));
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
  async revoke(approvalId: string): Promise<Approval> {
    const found = await this.#store.find(approvalId);
    if (found?.state !== "approved") {
      throw new AirlockError("NOT_FOUND", "Cannot revoke: nothing was granted by this id");
    }
    await this.#store.revoke(approvalId);
    this.#tell();
    return (await this.#store.find(approvalId))!;
  }

  /** Asks a person, unless one is being asked already. */
  async ask(asked: Omit<NewApproval, "expiresAt">): Promise<Approval> {
    const known = await this.#store.at(asked);
    if (known?.state === "waiting") {
      const isWhole = unseenOf(known.shown).length === (asked.shown.unseen ?? []).length;
      if (isWhole) return this.#hearOf(known);
      // It was asked when less of it could be shown.
      await this.#store.withdraw({ approvalId: known.approvalId });
    }
    const expiresAt = Date.now() + this.config.expireMs;
    const approval = await this.#store.add({ ...asked, expiresAt });
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
  async at(place: ApprovalPlace): Promise<Approval | undefined> {
    await this.#store.expire();
    return await this.#store.at(place);
  }

  /** Takes back what was granted in a session that is no more. */
  async forgetSession(session: string): Promise<void> {
    await this.#store.revokeSession(session);
  }

  /** What was granted and may be good for a run. */
  grants(run: { runId: string; programHash: string; session?: string }): Promise<Grant[]> {
    return this.#store.grants(run);
  }

  /** Spends one call of each grant, before the call is made; false where one has no more. */
  spend(approvalIds: readonly string[]): Promise<boolean> {
    return this.#store.spend(approvalIds);
  }

  /** Forgets what was asked before, in milliseconds since 1970, but for what is still good. */
  forgetBefore(time: number, isKept: (runId: string) => Promise<boolean>): Promise<void> {
    return this.#store.forgetBefore(time, isKept);
  }

  /**
   * Writes down that a run goes on by a grant that was given to another one.
   *
   * @throws {AirlockError} AUDIT_FAILED; then it must not go on
   */
  async noteUse(runId: string, grant: Grant): Promise<void> {
    const by = (await this.#store.find(grant.approvalId))?.decision?.by;
    await this.#recordUse({ runId, grant, by });
  }

  /** Closes approvals that need no decision any more. */
  async withdraw(what: { runId?: string; approvalId?: string }): Promise<void> {
    await this.#store.withdraw(what);
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

  /** Calls `hear` whenever something may have changed, in any process; returns a function that stops it. */
  onChange(hear: () => void): () => void {
    this.#listeners.add(hear);
    this.#watch ??= this.#store.watch(() => this.#tell());
    this.#timer ??= setInterval(() => this.#expire(), LOOK_MS);
    return () => {
      this.#listeners.delete(hear);
      if (this.#listeners.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
      this.#watch?.[Symbol.dispose]();
      this.#watch = undefined;
    };
  }

  /** Resolves to what `look` gives as soon as it gives something; undefined where `signal` aborts. */
  async until<T>(
    look: () => Promise<T | undefined>,
    signal: AbortSignal,
  ): Promise<T | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<T | undefined>();
    let looking = Promise.resolve();
    let isDue = false;
    const check = () => {
      if (isDue) return;
      isDue = true;
      looking = looking.then(async () => {
        isDue = false;
        const found = signal.aborted ? undefined : await look();
        if (found !== undefined || signal.aborted) resolve(found);
      }).catch(reject);
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

  /** What cannot be closed now is closed by the next look. */
  #expire(): void {
    this.#store.expire().then((count) => count > 0 && this.#tell(), () => {});
  }

  #tell(): void {
    for (const hear of [...this.#listeners]) hear();
  }

  async #check(
    approvalId: string,
    { scope, maxCalls, until }: Decision & { decision: "approve" },
  ): Promise<void> {
    const invalid = (problem: string) =>
      new AirlockError("REQUEST_INVALID", `Cannot approve: ${problem}`);
    if (scope === "tool" && maxCalls === undefined && until === undefined) {
      throw invalid('the scope "tool" needs "maxCalls" or "until"');
    }
    if (maxCalls !== undefined && (!Number.isSafeInteger(maxCalls) || maxCalls < 1)) {
      throw invalid('"maxCalls" must be a whole number from 1');
    }
    if (until !== undefined && !(until > Date.now())) throw invalid('"until" is over');
    const found = await this.#store.find(approvalId);
    if (scope === "session" && found?.session === undefined) {
      throw invalid("the run has no session");
    }
    const [unseen] = found === undefined ? [] : unseenOf(found.shown);
    if (unseen !== undefined) throw invalid(`${unseen}, and nobody approves what was not seen`);
  }
}
