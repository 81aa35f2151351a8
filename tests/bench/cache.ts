/** What an answer costs that is kept. */
import { createToolResults } from "../../src/calls/tool_results.ts";
import { parseConfig } from "../../src/config/config.ts";
import type { Tool } from "../../src/model/tool.ts";
import { percentile, sample } from "./statistics.ts";

/** Measures and prints it. */
export async function benchCache(): Promise<void> {
  const { servers } = await parseConfig({ mcpServers: { crm: { command: "deno", cache: true } } });
  const results = createToolResults({ servers, maxBytes: 1_000_000 });
  const tool: Tool = {
    name: "get_lead",
    inputSchema: { type: "object" },
    annotations: { readOnlyHint: true },
  };
  const value = { id: "lead-00001", name: "x", status: "open", notes: "y".repeat(500) };
  const call = {
    ...{ server: "crm", tool, leaves: "none", varies: false } as const,
    ...{ arguments: { lead_id: "lead-00001" }, principal: "owner" },
  };
  const times = await sample(
    () => results.through(call, () => Promise.resolve({ value })),
    { count: 3_000 },
  );
  const [p50, p95] = [percentile(times, 0.5), percentile(times, 0.95)];
  console.log(`kept answer of a tool: p50 ${p50.toFixed(3)} ms, p95 ${p95.toFixed(3)} ms`);
}

if (import.meta.main) await benchCache();
