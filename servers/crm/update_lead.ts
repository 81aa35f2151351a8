// @generated airlock 1: crm/update_lead
import { callMCPTool } from "../client.ts";

export type UpdateLeadInput = {
  /** Such as "lead-00042" (/^lead-\d{5}$/) */
  lead_id: string;
  /** <= 200 chars */
  name?: string;
  /** email */
  email?: string;
  /** 4..40 chars */
  phone?: string;
  /** <= 200 chars */
  company?: string;
  status?: "new" | "contacted" | "qualified" | "proposal" | "won" | "lost" | "duplicate";
  /** 0..100 */
  score?: number;
  /** In euros (>= 0) */
  deal_value?: number;
  /** Replaces the notes there are (<= 20000 chars) */
  notes?: string;
};

export type UpdateLeadOutput = unknown;

/**
 * Overwrites the fields given and keeps the others. Returns the whole lead as it is now, as JSON. Fails if there is no lead with the id or no field to change.
 * (destructive, idempotent)
 * @example await update_lead({ lead_id: "..." })
 */
export function update_lead(input: UpdateLeadInput): Promise<UpdateLeadOutput> {
  return callMCPTool("crm", "update_lead", input);
}
