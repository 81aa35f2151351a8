import type { ErrorCode } from "../model/errors.ts";

/** Codes of what was not allowed, rather than tried and failed. */
const DENIALS: ReadonlySet<ErrorCode> = new Set([
  "TOOL_DENIED",
  "FLOW_DENIED",
  "TOOL_QUARANTINED",
  "IMPORT_REFUSED",
  "FOLDER_UNSAFE",
  "RISK_TOO_HIGH",
  "FORBIDDEN",
  "APPROVAL_REJECTED",
  "APPROVAL_EXPIRED",
  "APPROVAL_UNAVAILABLE",
]);

/** Whether a code says that a run, or a call, was not allowed. */
export function isDenial(code: ErrorCode): boolean {
  return DENIALS.has(code);
}
