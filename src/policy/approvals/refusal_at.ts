import { AirlockError } from "../../model/errors.ts";
import type { Approvals } from "./approvals.ts";

export interface RefusalAtOptions {
  readonly approvals: Approvals;
  /** What is refused, for the message: "Cannot" and a verb. */
  readonly action: string;
}

/** Why nobody needs to be asked any more about a place; undefined where somebody may be. */
export function refusalAt(
  place: Parameters<Approvals["at"]>[0],
  { approvals, action }: RefusalAtOptions,
): AirlockError | undefined {
  if (!approvals.canAsk) {
    return new AirlockError(
      "APPROVAL_UNAVAILABLE",
      `${action}: a person must approve it, and there is no way to ask one`,
    );
  }
  const asked = approvals.at(place);
  if (asked?.state === "expired") {
    return new AirlockError("APPROVAL_EXPIRED", `${action}: nobody decided in time`);
  }
  if (asked?.state !== "rejected") return undefined;
  const { decision } = asked;
  const reason = decision?.decision === "reject" ? decision.reason : undefined;
  return new AirlockError(
    "APPROVAL_REJECTED",
    `${action}: a person has rejected it${reason ? `: ${reason}` : ""}`,
  );
}
