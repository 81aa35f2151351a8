// @generated airlock 1: crm/search_leads
import { callMCPTool } from "../client.ts";

export type SearchLeadsInput = {
  /** Text to look for, as it is; no wildcards (2..200 chars) */
  query: string;
  /** Most leads wanted (1..100, default 20) */
  limit?: number;
};

export type SearchLeadsOutput = unknown;

/**
 * Finds the leads whose name, email, phone, company or notes contain a text. Returns JSON: the leads found, by id, without their notes. Upper and lower case are the same for the letters A to Z.
 * (read-only)
 * @example await search_leads({ query: "..." })
 */
export function search_leads(input: SearchLeadsInput): Promise<SearchLeadsOutput> {
  return callMCPTool("crm", "search_leads", input);
}
