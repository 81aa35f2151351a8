// @generated airlock 1: drive/search_files
import { callMCPTool } from "../client.ts";

export type SearchFilesInput = {
  /** Text to look for; no wildcards (2..200 chars) */
  query: string;
};

export type SearchFilesOutput = unknown;

/**
 * Finds the files that have a text in their title, text or cells, whatever its case. Returns a resource link for each, by id.
 * (read-only)
 * @example await search_files({ query: "..." })
 */
export function search_files(input: SearchFilesInput): Promise<SearchFilesOutput> {
  return callMCPTool("drive", "search_files", input);
}
