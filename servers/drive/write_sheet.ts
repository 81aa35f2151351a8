// @generated airlock 1: drive/write_sheet
import { callMCPTool } from "../client.ts";

export type WriteSheetInput = {
  /** Such as "sheet-targets" (/^sheet-[a-z0-9-]{1,60}$/) */
  sheet_id: string;
  /** <= 200 chars */
  title: string;
  /** <= 200 items, <= 200 chars */
  columns: string[];
  /** <= 10000 items */
  rows: (string | number | boolean | null)[][];
};

export type WriteSheetOutput = unknown;

/**
 * Creates a sheet, or replaces title, columns and rows of the one that has the id. Returns the file without its rows, as JSON. Fails if a row does not have one cell for each column.
 * (destructive, idempotent)
 * @example await write_sheet({ sheet_id: "...", title: "...", columns: ["..."], rows: [["..."]] })
 */
export function write_sheet(input: WriteSheetInput): Promise<WriteSheetOutput> {
  return callMCPTool("drive", "write_sheet", input);
}
