import type { CallSite } from "./program_facts.ts";
import type { ToolTraits } from "./tool_traits.ts";

/** The tool that a place calls; undefined where it calls a function. */
export function toolOfSite({ callee }: CallSite): ToolTraits | undefined {
  return callee.kind === "tool" ? callee.traits : undefined;
}

/** What people call a tool. */
export function nameOfTool({ server, tool }: ToolTraits): string {
  return `${server}.${tool}`;
}
