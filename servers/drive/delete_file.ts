// @generated airlock 1: drive/delete_file
import { callMCPTool } from "../client.ts";

export type DeleteFileInput = {
  /** /^(doc|sheet)-[a-z0-9-]{1,60}$/ */
  file_id: string;
};

export type DeleteFileOutput = unknown;

/**
 * Deletes a document or a sheet for good. Fails if there is no file with the id.
 * (destructive, idempotent)
 * @example await delete_file({ file_id: "..." })
 */
export function delete_file(input: DeleteFileInput): Promise<DeleteFileOutput> {
  return callMCPTool("drive", "delete_file", input);
}
