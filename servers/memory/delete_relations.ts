// @generated airlock 1: memory/delete_relations
import { callMCPTool } from "../client.ts";

export type DeleteRelationsInput = {
  /** An array of relations to delete */
  relations: {
    /** The name of the entity where the relation starts */
    from: string;
    /** The name of the entity where the relation ends */
    to: string;
    /** The type of the relation */
    relationType: string;
  }[];
};

export type DeleteRelationsOutput = { success: boolean; message: string };

/**
 * Delete multiple relations from the knowledge graph
 * (destructive, idempotent)
 * @example await delete_relations({ relations: [{ from: "...", to: "...", relationType: "..." }] })
 */
export function delete_relations(input: DeleteRelationsInput): Promise<DeleteRelationsOutput> {
  return callMCPTool("memory", "delete_relations", input);
}
