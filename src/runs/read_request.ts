import { sha256 } from "../text/sha256.ts";
import type { Config } from "../config/config.ts";
import type { Limits } from "../config/limits.ts";
import { MAX_TIMEOUT_MS, type RunRequest, type ToolRequest } from "../model/run_request.ts";
import { AirlockError } from "../model/errors.ts";
import {
  leastPermission,
  OWNER_NAME,
  PERMISSION_LEVELS,
  type PermissionLevel,
  type Principal,
} from "../model/permission.ts";
import type { StoredRequest } from "../storage/stored_run.ts";
import { matchesName } from "../upstream/select_tools.ts";

/** Values of the fields that have a choice. */
const CHOICES: Readonly<Record<"permission" | "mode" | "approve", readonly string[]>> = {
  permission: PERMISSION_LEVELS,
  mode: ["program", "auto"],
  approve: ["always"],
};

/**
 * Checks a request; gives the limits of its run.
 *
 * @throws {AirlockError} REQUEST_INVALID or TOO_LARGE
 */
export function limitsOf(request: RunRequest | ToolRequest, config: Config): Limits {
  checkChoices(request);
  const { timeoutMs = config.limits.timeoutMs } = request;
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > MAX_TIMEOUT_MS) {
    throw invalid(`"timeoutMs" must be a whole number from 1 to ${MAX_TIMEOUT_MS}`);
  }
  const limits = { ...config.limits, timeoutMs };
  if ("code" in request) checkCode(request.code, limits);
  return limits;
}

/**
 * Refuses a request with an unknown value, as it would be run without what it asks for.
 *
 * @throws {AirlockError} REQUEST_INVALID
 */
function checkChoices(request: RunRequest | ToolRequest): void {
  const given: Readonly<Record<string, unknown>> = { ...request };
  for (const [name, allowed] of Object.entries(CHOICES)) {
    if (given[name] !== undefined) checkAmong(name, given[name], allowed);
  }
  const { principal } = request;
  if (principal === undefined) return;
  checkAmong("principal.permission", principal?.permission, PERMISSION_LEVELS);
}

function checkAmong(name: string, value: unknown, allowed: readonly string[]): void {
  if (typeof value === "string" && allowed.includes(value)) return;
  const values = allowed.map((each) => `"${each}"`).join(" or ");
  throw invalid(`"${name}" must be ${values}, or be left out`);
}

function invalid(why: string): AirlockError {
  return new AirlockError("REQUEST_INVALID", `Cannot start run: ${why}`);
}

function checkCode(code: string, { programBytes }: Limits): void {
  if (typeof code !== "string" || code.trim() === "") throw invalid("there is no program");
  if (new TextEncoder().encode(code).length <= programBytes) return;
  const message = `Cannot start run: the program has more than ${programBytes} bytes`;
  throw new AirlockError("TOO_LARGE", message);
}

/** The least of the levels of the configuration, the session, the principal and the request. */
export function permissionOf(
  { principal, permission, session }: RunRequest | ToolRequest,
  { policy }: Config,
): PermissionLevel {
  const sessions = Object.entries(policy.sessions).flatMap(([pattern, level]) =>
    session !== undefined && matchesName(session, pattern) ? [level] : []
  );
  return leastPermission([policy.permission, principal?.permission, permission, ...sessions]);
}

/**
 * What a resumed run may call: no more than when it began, and no more than its principal may now.
 * Undefined where the configuration has no such principal any more.
 */
export function currentPermission(
  { principal = OWNER_NAME, permission }: Pick<StoredRequest, "principal" | "permission">,
  { gateway: { principals }, isBegunHere, asker }: {
    readonly gateway: Pick<Config["gateway"], "principals">;
    /** Whether the request came to this process. */
    readonly isBegunHere: boolean;
    /** Who resumes the run; absent for the owner and for the host itself. */
    readonly asker?: Principal | undefined;
  },
): PermissionLevel | undefined {
  const configured = Object.hasOwn(principals, principal) ? principals[principal] : undefined;
  const own = asker?.name === principal ? asker : undefined;
  const isKnown = principal === OWNER_NAME || isBegunHere || (configured ?? own) !== undefined;
  return isKnown
    ? leastPermission([permission, configured?.permission, own?.permission])
    : undefined;
}

/** The request of a stored run, which stays its principal's when another one resumes it. */
export function storedRequest(
  { code, session, timeoutMs, principal, approve }: StoredRequest,
  permission: PermissionLevel = "read_only",
): RunRequest {
  return {
    code,
    permission,
    ...(principal !== undefined && { principal: { name: principal, permission } }),
    ...(session !== undefined && { session }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(approve !== undefined && { approve }),
  };
}

/** A digest of what a run is asked to do, without who asks and who is told. */
export function digestOf(
  { code, session, timeoutMs, permission, approve }: RunRequest,
): string {
  const asked = [code, session ?? null, timeoutMs ?? null, permission ?? null];
  // Digests without "approve" are those of earlier versions.
  const text = JSON.stringify(approve === undefined ? asked : [...asked, approve]);
  return sha256(text.toWellFormed());
}

/** The idempotency key of a request, which is its principal's own. */
export function keyOfRequest({ idempotencyKey, principal }: RunRequest): string | undefined {
  if (idempotencyKey === undefined) return undefined;
  return JSON.stringify([principal?.name ?? OWNER_NAME, idempotencyKey]);
}
