import type { Approval, ApprovalShown, Decision, ShownSkill } from "../../model/approval.ts";

/** Where persons see what waits for them, and decide. */
export interface ApprovalQueue {
  /** The latest, those that wait first. */
  list(): Promise<Approval[]>;
  /** The approval of the id. */
  find(approvalId: string): Promise<Approval | undefined>;
  /** The text of the program that an approval is about. */
  codeOf(approval: Approval): Promise<string>;
  /** The texts of the skills that the program imports. */
  skillsOf(approval: Approval): Promise<readonly ShownSkill[]>;
  /**
   * Decides; to say the same again changes nothing.
   *
   * @throws {AirlockError} REQUEST_INVALID, NOT_FOUND, APPROVAL_EXPIRED or APPROVAL_DECIDED
   */
  decide(approvalId: string, decision: Decision): Promise<Approval>;
  /**
   * Takes back what was granted: from the next call on it is good for nothing.
   *
   * @throws {AirlockError} NOT_FOUND where nothing was granted
   */
  revoke(approvalId: string): Promise<Approval>;
  /** Calls `hear`, who can get it decided, for all that is asked; gives how to stop it. */
  onAsk(hear: (approval: Approval) => void): () => void;
  /** Calls `hear` whenever something may have changed, in any process; returns a function that stops it. */
  onChange(hear: () => void): () => void;
}

/** Why not all that there is to decide about can be shown; nothing where it can. */
export function unseenOf({ call, unseen = [] }: ApprovalShown): readonly string[] {
  // What was asked before all arguments were kept ends in a mark where it was cut.
  const isCut = call !== undefined && call.isWhole === undefined && call.arguments.endsWith("…");
  return isCut ? [...unseen, "only the beginning of its arguments was kept"] : unseen;
}
