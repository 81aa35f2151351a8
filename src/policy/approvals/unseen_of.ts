import type { ApprovalShown } from "../../model/approval.ts";

/** Why not all that there is to decide about can be shown; nothing where it can. */
export function unseenOf({ call, unseen = [] }: ApprovalShown): readonly string[] {
  // What was asked before all arguments were kept ends in a mark where it was cut.
  const isCut = call !== undefined && call.isWhole === undefined && call.arguments.endsWith("…");
  return isCut ? [...unseen, "only the beginning of its arguments was kept"] : unseen;
}
