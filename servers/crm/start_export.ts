// @generated airlock 1: crm/start_export
import { callMCPTool } from "../client.ts";

export type StartExportInput = {
  status?: "new" | "contacted" | "qualified" | "proposal" | "won" | "lost" | "duplicate";
  /** ISO 3166-1 alpha-2 code */
  country?: "US" | "GB" | "DE" | "FR" | "ES" | "NL" | "PL" | "BR";
  /** 0..100 */
  min_score?: number;
  /** In euros (>= 0) */
  min_deal_value?: number;
};

export type StartExportOutput = { export_id: string };

/**
 * Starts to export leads as CSV and returns at once. Call export_status until state is done or failed. Without conditions all the leads are exported.
 * (not destructive)
 * @example await start_export()
 */
export function start_export(input: StartExportInput = {}): Promise<StartExportOutput> {
  return callMCPTool("crm", "start_export", input);
}
