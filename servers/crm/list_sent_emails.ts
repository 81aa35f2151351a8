// @generated airlock 1: crm/list_sent_emails
import { callMCPTool } from "../client.ts";

export type ListSentEmailsInput = {
  /** Only e-mails to this lead (/^lead-\d{5}$/) */
  lead_id?: string;
  /** Most e-mails wanted (1..1000, default 50) */
  limit?: number;
};

export type ListSentEmailsOutput = unknown;

/**
 * Lists the e-mails that send_email has sent, the latest first. Returns JSON.
 * (read-only)
 * @example await list_sent_emails()
 */
export function list_sent_emails(input: ListSentEmailsInput = {}): Promise<ListSentEmailsOutput> {
  return callMCPTool("crm", "list_sent_emails", input);
}
