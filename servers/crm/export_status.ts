// @generated airlock 1: crm/export_status
import { callMCPTool } from "../client.ts";

export type ExportStatusInput = {
  /** As start_export returned it */
  export_id: string;
};

export type ExportStatusOutput = {
  export_id: string;
  state: "pending" | "running" | "done" | "failed";
  /** 0..100 */
  percent: number;
  /** Number of leads in the file, once it is done */
  rows?: number;
  /** Size of the file, once it is done */
  bytes?: number;
  /** Resource that holds the file, once it is done */
  uri?: string;
  /** What went wrong, if it failed */
  error?: string;
};

/**
 * Tells how far an export is: pending, then running, then done or failed. Fails if there is no export with the id.
 * (read-only)
 * @example await export_status({ export_id: "..." })
 */
export function export_status(input: ExportStatusInput): Promise<ExportStatusOutput> {
  return callMCPTool("crm", "export_status", input);
}
