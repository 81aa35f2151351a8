import type { AirlockError } from "../../model/errors.ts";
import type { Grant } from "../../model/approval.ts";

/** Whether a program or a call may go on. */
export type Verdict =
  | { readonly kind: "go"; readonly grants: readonly Grant[] }
  | { readonly kind: "refused"; readonly error: AirlockError }
  | { readonly kind: "waiting"; readonly approvalId: string };
