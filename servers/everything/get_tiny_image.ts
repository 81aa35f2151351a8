// @generated airlock 1: everything/get-tiny-image
import { callMCPTool } from "../client.ts";

export type GetTinyImageInput = Record<string, never>;

export type GetTinyImageOutput = unknown;

/**
 * Returns a tiny MCP logo image.
 * (read-only)
 * @example await get_tiny_image()
 */
export function get_tiny_image(input: GetTinyImageInput = {}): Promise<GetTinyImageOutput> {
  return callMCPTool("everything", "get-tiny-image", input);
}
