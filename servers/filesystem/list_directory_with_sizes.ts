// @generated airlock 1: filesystem/list_directory_with_sizes
import { callMCPTool } from "../client.ts";

export type ListDirectoryWithSizesInput = {
  path: string;
  /** Sort entries by name or size (default "name") */
  sortBy?: "name" | "size";
};

export type ListDirectoryWithSizesOutput = { content: string };

/**
 * Get a detailed listing of all files and directories in a specified path, including sizes. Results clearly distinguish between files and directories with [FILE] and [DIR] prefixes. This tool is useful for understanding directory structure and finding specific files within a directory. Only works within allowed directories.
 * (read-only)
 * @example await list_directory_with_sizes({ path: "..." })
 */
export function list_directory_with_sizes(input: ListDirectoryWithSizesInput): Promise<ListDirectoryWithSizesOutput> {
  return callMCPTool("filesystem", "list_directory_with_sizes", input);
}
