// @generated airlock 1: everything/get-annotated-message
import { callMCPTool } from "../client.ts";

export type GetAnnotatedMessageInput = {
  /** Type of message to demonstrate different annotation patterns */
  messageType: "error" | "success" | "debug";
  /** Whether to include an example image */
  includeImage?: boolean;
};

export type GetAnnotatedMessageOutput = unknown;

/**
 * Demonstrates how annotations can be used to provide metadata about content.
 * (read-only)
 * @example await get_annotated_message({ messageType: "error" })
 */
export function get_annotated_message(input: GetAnnotatedMessageInput): Promise<GetAnnotatedMessageOutput> {
  return callMCPTool("everything", "get-annotated-message", input);
}
