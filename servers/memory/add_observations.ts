// @generated airlock 1: memory/add_observations
import { callMCPTool } from "../client.ts";

export type AddObservationsInput = {
  observations: {
    /** The name of the entity to add the observations to */
    entityName: string;
    /** An array of observation contents to add */
    contents: string[];
  }[];
};

export type AddObservationsOutput = { results: { entityName: string; addedObservations: string[] }[] };

/**
 * Add new observations to existing entities in the knowledge graph
 * (not destructive)
 * @example await add_observations({ observations: [{ entityName: "...", contents: ["..."] }] })
 */
export function add_observations(input: AddObservationsInput): Promise<AddObservationsOutput> {
  return callMCPTool("memory", "add_observations", input);
}
