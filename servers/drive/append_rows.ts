// @generated airlock 1: drive/append_rows
import { callMCPTool } from "../client.ts";

export type AppendRowsInput = {
  /** Such as "sheet-targets" (/^sheet-[a-z0-9-]{1,60}$/) */
  sheet_id: string;
  /** <= 10000 items */
  rows: (string | number | boolean | null)[][];
};

export type AppendRowsOutput = { sheet_id: string; total_rows: number };

/**
 * Adds rows below those of a sheet. Fails, and adds none, if there is no sheet with the id or a row does not have one cell for each column.
 * (not destructive)
 * @example await append_rows({ sheet_id: "...", rows: [["..."]] })
 */
export function append_rows(input: AppendRowsInput): Promise<AppendRowsOutput> {
  return callMCPTool("drive", "append_rows", input);
}
