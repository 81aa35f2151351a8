// @generated airlock 1: filesystem/list_directory
import { callMCPTool } from "../client.ts";

export type ListDirectoryInput = { path: string };

export type ListDirectoryOutput = { content: string };

/**
 * Get a detailed listing of all files and directories in a specified path. Results clearly distinguish between files and directories with [FILE] and [DIR] prefixes. This tool is essential for understanding directory structure and finding specific files within a directory. Only works within allowed directories.
 * (read-only)
 * @example await list_directory({ path: "..." })
 */
export function list_directory(input: ListDirectoryInput): Promise<ListDirectoryOutput> {
  return callMCPTool("filesystem", "list_directory", input);
}
