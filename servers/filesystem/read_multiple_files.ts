// @generated airlock 1: filesystem/read_multiple_files
import { callMCPTool } from "../client.ts";

export type ReadMultipleFilesInput = {
  /** Array of file paths to read. Each path must be a string pointing to a valid file within allowed directories. */
  paths: string[];
};

export type ReadMultipleFilesOutput = { content: string };

/**
 * Read the contents of multiple files simultaneously. This is more efficient than reading files one by one when you need to analyze or compare multiple files. Each file's content is returned with its path as a reference. Failed reads for individual files won't stop the entire operation. Only works within allowed directories.
 * (read-only)
 * @example await read_multiple_files({ paths: ["..."] })
 */
export function read_multiple_files(input: ReadMultipleFilesInput): Promise<ReadMultipleFilesOutput> {
  return callMCPTool("filesystem", "read_multiple_files", input);
}
