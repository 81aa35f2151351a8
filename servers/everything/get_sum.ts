// @generated airlock 1: everything/get-sum
import { callMCPTool } from "../client.ts";

export type GetSumInput = {
  /** First number */
  a: number;
  /** Second number */
  b: number;
};

export type GetSumOutput = unknown;

/**
 * Returns the sum of two numbers
 * (read-only)
 * @example await get_sum({ a: 1, b: 1 })
 */
export function get_sum(input: GetSumInput): Promise<GetSumOutput> {
  return callMCPTool("everything", "get-sum", input);
}
