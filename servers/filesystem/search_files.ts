// @generated airlock 1: filesystem/search_files
import { callMCPTool } from "../client.ts";

export type SearchFilesInput = { path: string; pattern: string; excludePatterns?: string[] };

export type SearchFilesOutput = { content: string };

/**
 * Recursively search for files and directories matching a pattern. The patterns should be glob-style patterns that match paths relative to the working directory. Use pattern like '*.ext' to match files in current directory, and '**\/*.ext' to match files in all subdirectories. Returns full paths to all matching items. Great for finding files when you don't know their exact location. Only searches within allowed directories.
 * (read-only)
 * @example await search_files({ path: "...", pattern: "..." })
 */
export function search_files(input: SearchFilesInput): Promise<SearchFilesOutput> {
  return callMCPTool("filesystem", "search_files", input);
}
