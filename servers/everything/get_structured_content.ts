// @generated airlock 1: everything/get-structured-content
import { callMCPTool } from "../client.ts";

export type GetStructuredContentInput = {
  /** Choose city */
  location: "New York" | "Chicago" | "Los Angeles";
};

export type GetStructuredContentOutput = {
  /** Temperature in celsius */
  temperature: number;
  /** Weather conditions description */
  conditions: string;
  /** Humidity percentage */
  humidity: number;
};

/**
 * Returns structured content along with an output schema for client data validation
 * (read-only)
 * @example await get_structured_content({ location: "New York" })
 */
export function get_structured_content(input: GetStructuredContentInput): Promise<GetStructuredContentOutput> {
  return callMCPTool("everything", "get-structured-content", input);
}
