// @generated airlock 1: everything/get-env
import { callMCPTool } from "../client.ts";

export type GetEnvInput = Record<string, never>;

export type GetEnvOutput = unknown;

/**
 * Returns all environment variables, helpful for debugging MCP server configuration
 * (read-only)
 * @example await get_env()
 */
export function get_env(input: GetEnvInput = {}): Promise<GetEnvOutput> {
  return callMCPTool("everything", "get-env", input);
}
