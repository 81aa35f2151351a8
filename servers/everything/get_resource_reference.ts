// @generated airlock 1: everything/get-resource-reference
import { callMCPTool } from "../client.ts";

export type GetResourceReferenceInput = {
  /** default "Text" */
  resourceType?: "Text" | "Blob";
  /** ID of the text resource to fetch (default 1) */
  resourceId?: number;
};

export type GetResourceReferenceOutput = unknown;

/**
 * Returns a resource reference that can be used by MCP clients
 * (read-only)
 * @example await get_resource_reference()
 */
export function get_resource_reference(input: GetResourceReferenceInput = {}): Promise<GetResourceReferenceOutput> {
  return callMCPTool("everything", "get-resource-reference", input);
}
