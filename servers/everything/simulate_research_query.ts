// @generated airlock 1: everything/simulate-research-query
import { callMCPTool } from "../client.ts";

export type SimulateResearchQueryInput = {
  /** The research topic to investigate */
  topic: string;
  /** Simulate an ambiguous query that requires clarification (triggers input_required status) */
  ambiguous?: boolean;
};

export type SimulateResearchQueryOutput = unknown;

/**
 * Simulates a deep research operation that gathers, analyzes, and synthesizes information. Demonstrates MCP task-based operations with progress through multiple stages. If 'ambiguous' is true and client supports elicitation, sends an elicitation request for clarification.
 * (not destructive)
 * @example await simulate_research_query({ topic: "..." })
 */
export function simulate_research_query(input: SimulateResearchQueryInput): Promise<SimulateResearchQueryOutput> {
  return callMCPTool("everything", "simulate-research-query", input);
}
