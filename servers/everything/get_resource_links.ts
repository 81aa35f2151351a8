// @generated airlock 1: everything/get-resource-links
import { callMCPTool } from "../client.ts";

export type GetResourceLinksInput = {
  /** Number of resource links to return (1-10) (default 3) */
  count?: number;
};

export type GetResourceLinksOutput = unknown;

/**
 * Returns up to ten resource links that reference different types of resources
 * (read-only)
 * @example await get_resource_links()
 */
export function get_resource_links(input: GetResourceLinksInput = {}): Promise<GetResourceLinksOutput> {
  return callMCPTool("everything", "get-resource-links", input);
}
