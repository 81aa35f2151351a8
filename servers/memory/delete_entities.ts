// @generated airlock 1: memory/delete_entities
import { callMCPTool } from "../client.ts";

export type DeleteEntitiesInput = {
  /** An array of entity names to delete */
  entityNames: string[];
};

export type DeleteEntitiesOutput = { success: boolean; message: string };

/**
 * Delete multiple entities and their associated relations from the knowledge graph
 * (destructive, idempotent)
 * @example await delete_entities({ entityNames: ["..."] })
 */
export function delete_entities(input: DeleteEntitiesInput): Promise<DeleteEntitiesOutput> {
  return callMCPTool("memory", "delete_entities", input);
}
