// @generated airlock 1: crm/get_lead
import { callMCPTool } from "../client.ts";

export type GetLeadInput = {
  /** Such as "lead-00042" (/^lead-\d{5}$/) */
  lead_id: string;
};

export type GetLeadOutput = {
  /** Such as "lead-00042" (/^lead-\d{5}$/) */
  id: string;
  name: string;
  email: string;
  /** International form, spaced as the country writes it */
  phone: string;
  company: string;
  /** ISO 3166-1 alpha-2 code */
  country: "US" | "GB" | "DE" | "FR" | "ES" | "NL" | "PL" | "BR";
  /** By the scheme of the country: SSN, NINO, BSN, DNI, PESEL … */
  national_id: string;
  /** YYYY-MM-DD */
  birth_date: string;
  status: "new" | "contacted" | "qualified" | "proposal" | "won" | "lost" | "duplicate";
  /** How likely the lead is to buy (0..100) */
  score: number;
  /** Expected value in euros (>= 0) */
  deal_value: number;
  /** ISO 8601, UTC */
  created_at: string;
  /** ISO 8601, UTC */
  updated_at: string;
  /** Free text by the sales team */
  notes: string;
};

/**
 * Returns one lead with all its fields. Fails if there is no lead with the id.
 * (read-only)
 * @example await get_lead({ lead_id: "..." })
 */
export function get_lead(input: GetLeadInput): Promise<GetLeadOutput> {
  return callMCPTool("crm", "get_lead", input);
}
