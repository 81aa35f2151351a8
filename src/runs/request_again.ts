import type { PermissionLevel } from "../model/permission.ts";
import type { StoredRequest } from "../storage/stored_run.ts";
import type { RunRequest } from "../model/run_request.ts";

/** What is asked of a run that goes on: whoever resumes it, it is its own principal's. */
export function requestAgain(
  { code, session, timeoutMs, principal, approve }: StoredRequest,
  permission: PermissionLevel = "read_only",
): RunRequest {
  return {
    code,
    permission,
    // Its sessions and skills are the same as before.
    ...(principal !== undefined && { principal: { name: principal, permission } }),
    ...(session !== undefined && { session }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(approve !== undefined && { approve }),
  };
}
