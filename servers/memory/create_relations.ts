// @generated airlock 1: memory/create_relations
import { callMCPTool } from "../client.ts";

export type CreateRelationsInput = {
  relations: {
    /** The name of the entity where the relation starts */
    from: string;
    /** The name of the entity where the relation ends */
    to: string;
    /** The type of the relation */
    relationType: string;
  }[];
};

export type CreateRelationsOutput = { relations: { from: string; to: string; relationType: string }[] };

/**
 * Create multiple new relations between entities in the knowledge graph. Relations should be in active voice
 * (not destructive)
 * @example await create_relations({ relations: [{ from: "...", to: "...", relationType: "..." }] })
 */
export function create_relations(input: CreateRelationsInput): Promise<CreateRelationsOutput> {
  return callMCPTool("memory", "create_relations", input);
}
