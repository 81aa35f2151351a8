// @generated airlock 1: memory/create_entities
import { callMCPTool } from "../client.ts";

export type CreateEntitiesInput = {
  entities: {
    /** The name of the entity */
    name: string;
    /** The type of the entity */
    entityType: string;
    /** An array of observation contents associated with the entity */
    observations: string[];
  }[];
};

export type CreateEntitiesOutput = {
  entities: {
    /** The name of the entity */
    name: string;
    /** The type of the entity */
    entityType: string;
    observations: string[];
  }[];
};

/**
 * Create multiple new entities in the knowledge graph
 * (not destructive)
 * @example await create_entities({ entities: [{ name: "...", entityType: "...", observations: ["..."] }] })
 */
export function create_entities(input: CreateEntitiesInput): Promise<CreateEntitiesOutput> {
  return callMCPTool("memory", "create_entities", input);
}
