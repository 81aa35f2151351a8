// @generated airlock 1: crm/delete_lead
import { callMCPTool } from "../client.ts";

export type DeleteLeadInput = {
  /** Such as "lead-00042" (/^lead-\d{5}$/) */
  lead_id: string;
};

export type DeleteLeadOutput = unknown;

/**
 * Deletes one lead with its notes, for good. Fails if there is no lead with the id.
 * (destructive, idempotent)
 * @example await delete_lead({ lead_id: "..." })
 */
export function delete_lead(input: DeleteLeadInput): Promise<DeleteLeadOutput> {
  return callMCPTool("crm", "delete_lead", input);
}
