// @generated airlock 1: everything/echo
import { callMCPTool } from "../client.ts";

export type EchoInput = {
  /** Message to echo */
  message: string;
};

export type EchoOutput = unknown;

/**
 * Echoes back the input string
 * (read-only)
 * @example await echo({ message: "..." })
 */
export function echo(input: EchoInput): Promise<EchoOutput> {
  return callMCPTool("everything", "echo", input);
}
