// @generated airlock 1: crm/list_leads
import { callMCPTool } from "../client.ts";

export type ListLeadsInput = {
  status?: "new" | "contacted" | "qualified" | "proposal" | "won" | "lost" | "duplicate";
  /** ISO 3166-1 alpha-2 code */
  country?: "US" | "GB" | "DE" | "FR" | "ES" | "NL" | "PL" | "BR";
  /** 0..100 */
  min_score?: number;
  /** In euros (>= 0) */
  min_deal_value?: number;
  /** The next_cursor of the page before (/^lead-\d{5}$/) */
  cursor?: string;
  /** Longest page wanted (1..10000, default 100) */
  limit?: number;
};

export type ListLeadsOutput = {
  leads: {
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
  }[];
  /** How many leads match, on all pages together */
  total: number;
  /** null on the last page (/^lead-\d{5}$/) */
  next_cursor: string | null;
};

/**
 * Lists leads by id, one page at a time, optionally only those that match all the conditions given. Pass next_cursor back as cursor to get the next page.
 * (read-only)
 * @example await list_leads()
 */
export function list_leads(input: ListLeadsInput = {}): Promise<ListLeadsOutput> {
  return callMCPTool("crm", "list_leads", input);
}
