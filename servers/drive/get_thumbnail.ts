// @generated airlock 1: drive/get_thumbnail
import { callMCPTool } from "../client.ts";

export type GetThumbnailInput = {
  /** /^(doc|sheet)-[a-z0-9-]{1,60}$/ */
  file_id: string;
};

export type GetThumbnailOutput = unknown;

/**
 * Returns a small picture of a file, as PNG. Fails if there is no file with the id.
 * (read-only)
 * @example await get_thumbnail({ file_id: "..." })
 */
export function get_thumbnail(input: GetThumbnailInput): Promise<GetThumbnailOutput> {
  return callMCPTool("drive", "get_thumbnail", input);
}
