import type { Tool, ToolProblem } from "./tool.ts";

/** What is known of the tools of one server. */
export interface Catalogue {
  readonly tools: readonly Tool[];
  readonly problems: readonly ToolProblem[];
}
