// @generated airlock 1: memory/search_nodes
import { callMCPTool } from "../client.ts";

export type SearchNodesInput = {
  /** The search query to match against entity names, types, and observation content */
  query: string;
};

export type SearchNodesOutput = {
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
 * Search for nodes in the knowledge graph based on a query
 * (read-only)
 * @example await search_nodes({ query: "..." })
 */
export function search_nodes(input: SearchNodesInput): Promise<SearchNodesOutput> {
  return callMCPTool("memory", "search_nodes", input);
}
