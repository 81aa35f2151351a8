// @generated airlock 1: memory/read_graph
import { callMCPTool } from "../client.ts";

export type ReadGraphInput = Record<string, never>;

export type ReadGraphOutput = {
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
 * Read the entire knowledge graph
 * (read-only)
 * @example await read_graph()
 */
export function read_graph(input: ReadGraphInput = {}): Promise<ReadGraphOutput> {
  return callMCPTool("memory", "read_graph", input);
}
