// @generated airlock 1: crm/send_email
import { callMCPTool } from "../client.ts";

export type SendEmailInput = {
  /** The lead's address, as in its email field */
  to: string;
  /** <= 200 chars */
  subject: string;
  /** Plain text (<= 20000 chars) */
  body: string;
};

export type SendEmailOutput = unknown;

/**
 * Sends a plain text e-mail to a lead. Fails if the address is not that of a lead. This sample only writes the e-mail down, for list_sent_emails.
 * (not destructive, open world)
 * @example await send_email({ to: "ada@example.com", subject: "...", body: "..." })
 */
export function send_email(input: SendEmailInput): Promise<SendEmailOutput> {
  return callMCPTool("crm", "send_email", input);
}
