// @generated airlock 1: everything/toggle-subscriber-updates
import { callMCPTool } from "../client.ts";

export type ToggleSubscriberUpdatesInput = Record<string, never>;

export type ToggleSubscriberUpdatesOutput = unknown;

/**
 * Toggles simulated resource subscription updates on or off.
 * (not destructive)
 * @example await toggle_subscriber_updates()
 */
export function toggle_subscriber_updates(input: ToggleSubscriberUpdatesInput = {}): Promise<ToggleSubscriberUpdatesOutput> {
  return callMCPTool("everything", "toggle-subscriber-updates", input);
}
