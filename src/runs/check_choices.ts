import { AirlockError } from "../model/errors.ts";
import { PERMISSION_LEVELS } from "../model/permission.ts";
import type { RunRequest, ToolRequest } from "../model/run_request.ts";

/** What a request may say where it has a choice. */
const CHOICES: Readonly<Record<"permission" | "mode" | "approve", readonly string[]>> = {
  permission: PERMISSION_LEVELS,
  mode: ["program", "auto"],
  approve: ["always"],
};

/**
 * Refuses a request that says what nobody knows, as it would be run without what it asks for.
 *
 * @throws {AirlockError} REQUEST_INVALID
 */
export function checkChoices(request: RunRequest | ToolRequest): void {
  const given: Readonly<Record<string, unknown>> = { ...request };
  for (const [name, allowed] of Object.entries(CHOICES)) {
    const value = given[name];
    if (value !== undefined && !isAmong(value, allowed)) throw invalid(name, allowed);
  }
  const { principal } = request;
  if (principal !== undefined && !isAmong(principal?.permission, PERMISSION_LEVELS)) {
    throw invalid("principal.permission", PERMISSION_LEVELS);
  }
}

function isAmong(value: unknown, allowed: readonly string[]): boolean {
  return typeof value === "string" && allowed.includes(value);
}

function invalid(name: string, allowed: readonly string[]): AirlockError {
  const values = allowed.map((each) => `"${each}"`).join(" or ");
  const message = `Cannot start run: "${name}" must be ${values}, or be left out`;
  return new AirlockError("REQUEST_INVALID", message);
}
