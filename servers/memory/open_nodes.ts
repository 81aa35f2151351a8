// @generated airlock 1: memory/open_nodes
import { callMCPTool } from "../client.ts";

export type OpenNodesInput = {
  /** An array of entity names to retrieve */
  names: string[];
};

export type OpenNodesOutput = {
  entities: {
    /** The name of the entity */
    name: string;
    /** The type of the entity */
    entityType: string;
    /** An array of observation contents associated with the entity */
    observations: string[];
  }[];
  relations: {
    /** The name of the entity where the relation starts */
    from: string;
    /** The name of the entity where the relation ends */
    to: string;
    /** The type of the relation */
    relationType: string;
  }[];
};

/**
 * Open specific nodes in the knowledge graph by their names
 * (read-only)
 * @example await open_nodes({ names: ["..."] })
 */
export function open_nodes(input: OpenNodesInput): Promise<OpenNodesOutput> {
  return callMCPTool("memory", "open_nodes", input);
}
