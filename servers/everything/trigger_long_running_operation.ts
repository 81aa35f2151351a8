// @generated airlock 1: everything/trigger-long-running-operation
import { callMCPTool } from "../client.ts";

export type TriggerLongRunningOperationInput = {
  /** Duration of the operation in seconds (default 10) */
  duration?: number;
  /** Number of steps in the operation (default 5) */
  steps?: number;
};

export type TriggerLongRunningOperationOutput = unknown;

/**
 * Demonstrates a long running operation with progress updates.
 * (read-only)
 * @example await trigger_long_running_operation()
 */
export function trigger_long_running_operation(input: TriggerLongRunningOperationInput = {}): Promise<TriggerLongRunningOperationOutput> {
  return callMCPTool("everything", "trigger-long-running-operation", input);
}
