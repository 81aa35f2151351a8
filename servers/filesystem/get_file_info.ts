// @generated airlock 1: filesystem/get_file_info
import { callMCPTool } from "../client.ts";

export type GetFileInfoInput = { path: string };

export type GetFileInfoOutput = { content: string };

/**
 * Retrieve detailed metadata about a file or directory. Returns comprehensive information including size, creation time, last modified time, permissions, and type. This tool is perfect for understanding file characteristics without reading the actual content. Only works within allowed directories.
 * (read-only)
 * @example await get_file_info({ path: "..." })
 */
export function get_file_info(input: GetFileInfoInput): Promise<GetFileInfoOutput> {
  return callMCPTool("filesystem", "get_file_info", input);
}
