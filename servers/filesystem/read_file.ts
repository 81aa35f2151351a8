// @generated airlock 1: filesystem/read_file
import { callMCPTool } from "../client.ts";

export type ReadFileInput = {
  path: string;
  /** If provided, returns only the last N lines of the file */
  tail?: number;
  /** If provided, returns only the first N lines of the file */
  head?: number;
};

export type ReadFileOutput = { content: string };

/**
 * Read the complete contents of a file as text. DEPRECATED: Use read_text_file instead.
 * (read-only)
 * @example await read_file({ path: "..." })
 */
export function read_file(input: ReadFileInput): Promise<ReadFileOutput> {
  return callMCPTool("filesystem", "read_file", input);
}
