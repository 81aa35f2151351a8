// @generated airlock 1: filesystem/write_file
import { callMCPTool } from "../client.ts";

export type WriteFileInput = { path: string; content: string };

export type WriteFileOutput = { content: string };

/**
 * Create a new file or completely overwrite an existing file with new content. Use with caution as it will overwrite existing files without warning. Handles text content with proper encoding. Only works within allowed directories.
 * (destructive, idempotent)
 * @example await write_file({ path: "...", content: "..." })
 */
export function write_file(input: WriteFileInput): Promise<WriteFileOutput> {
  return callMCPTool("filesystem", "write_file", input);
}
