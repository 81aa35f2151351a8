import type { ErrorCode } from "../model/errors.ts";

/** Codes of calls that were refused before anything was sent to a server. */
export const NEVER_SENT: ReadonlySet<ErrorCode> = new Set([
  "ARGUMENTS_INVALID",
  "TOOL_UNKNOWN",
  "TOKEN_UNKNOWN",
  "TOKEN_EMBEDDED",
  "FLOW_DENIED",
  "TOOL_DENIED",
  "TOOL_QUARANTINED",
  "RISK_TOO_HIGH",
  "APPROVAL_UNAVAILABLE",
]);
