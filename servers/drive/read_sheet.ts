// @generated airlock 1: drive/read_sheet
import { callMCPTool } from "../client.ts";

export type ReadSheetInput = {
  /** Such as "sheet-targets" (/^sheet-[a-z0-9-]{1,60}$/) */
  sheet_id: string;
  /** First row wanted; the first of all is 0 (default 0) */
  start_row?: number;
  /** 1..10000, default 1000 */
  max_rows?: number;
};

export type ReadSheetOutput = {
  sheet_id: string;
  /** <= 200 chars */
  title: string;
  columns: string[];
  /** <= 10000 items */
  rows: (string | number | boolean | null)[][];
  total_rows: number;
  /** null if the sheet ends here */
  next_row: number | null;
};

/**
 * Returns rows of a sheet. Each row has one cell for each of the columns; an empty cell is null. Pass next_row back as start_row to get the next rows. Fails if there is no sheet with the id.
 * (read-only)
 * @example await read_sheet({ sheet_id: "..." })
 */
export function read_sheet(input: ReadSheetInput): Promise<ReadSheetOutput> {
  return callMCPTool("drive", "read_sheet", input);
}
