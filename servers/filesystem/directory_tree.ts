// @generated airlock 1: filesystem/directory_tree
import { callMCPTool } from "../client.ts";

export type DirectoryTreeInput = { path: string; excludePatterns?: string[] };

export type DirectoryTreeOutput = { content: string };

/**
 * Get a recursive tree view of files and directories as a JSON structure. Each entry includes 'name', 'type' (file/directory), and 'children' for directories. Files have no children array, while directories always have a children array (which may be empty). The output is formatted with 2-space indentation for readability. Only works within allowed directories.
 * (read-only)
 * @example await directory_tree({ path: "..." })
 */
export function directory_tree(input: DirectoryTreeInput): Promise<DirectoryTreeOutput> {
  return callMCPTool("filesystem", "directory_tree", input);
}
