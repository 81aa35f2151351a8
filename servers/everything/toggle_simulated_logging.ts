// @generated airlock 1: everything/toggle-simulated-logging
import { callMCPTool } from "../client.ts";

export type ToggleSimulatedLoggingInput = Record<string, never>;

export type ToggleSimulatedLoggingOutput = unknown;

/**
 * Toggles simulated, random-leveled logging on or off.
 * (not destructive)
 * @example await toggle_simulated_logging()
 */
export function toggle_simulated_logging(input: ToggleSimulatedLoggingInput = {}): Promise<ToggleSimulatedLoggingOutput> {
  return callMCPTool("everything", "toggle-simulated-logging", input);
}
