// @generated airlock 1: memory/delete_observations
import { callMCPTool } from "../client.ts";

export type DeleteObservationsInput = {
  deletions: {
    /** The name of the entity containing the observations */
    entityName: string;
    /** An array of observations to delete */
    observations: string[];
  }[];
};

export type DeleteObservationsOutput = { success: boolean; message: string };

/**
 * Delete specific observations from entities in the knowledge graph
 * (destructive, idempotent)
 * @example await delete_observations({ deletions: [{ entityName: "...", observations: ["..."] }] })
 */
export function delete_observations(input: DeleteObservationsInput): Promise<DeleteObservationsOutput> {
  return callMCPTool("memory", "delete_observations", input);
}
