// @generated airlock 1: filesystem/list_allowed_directories
import { callMCPTool } from "../client.ts";

export type ListAllowedDirectoriesInput = Record<string, never>;

export type ListAllowedDirectoriesOutput = { content: string };

/**
 * Returns the list of directories that this server is allowed to access. Subdirectories within these allowed directories are also accessible. Use this to understand which directories and their nested paths are available before trying to access files.
 * (read-only)
 * @example await list_allowed_directories()
 */
export function list_allowed_directories(input: ListAllowedDirectoriesInput = {}): Promise<ListAllowedDirectoriesOutput> {
  return callMCPTool("filesystem", "list_allowed_directories", input);
}
