import { OWNER_NAME } from "../model/permission.ts";
import type { RunRequest } from "../model/run_request.ts";
import { sha256 } from "../text/sha256.ts";

/** A digest of what a run is asked to do, without who is told of it. */
export function digestOf(
  { code, session, timeoutMs, permission, approve }: RunRequest,
): string {
  const asked = [code, session ?? null, timeoutMs ?? null, permission ?? null];
  // Requests that do not say it have the digest that they always had.
  const text = JSON.stringify(approve === undefined ? asked : [...asked, approve]);
  return sha256(text.toWellFormed());
}

/** The idempotency key of a request: one principal's is not another's. */
export function keyOfRequest({ idempotencyKey, principal }: RunRequest): string | undefined {
  if (idempotencyKey === undefined) return undefined;
  return JSON.stringify([principal?.name ?? OWNER_NAME, idempotencyKey]);
}
