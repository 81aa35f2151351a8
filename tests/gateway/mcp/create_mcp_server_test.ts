import { assert, assertEquals } from "@std/assert";
import { countModelTokens } from "../../../src/text/count_model_tokens.ts";
import { MCP_TOOLS } from "../../../src/gateway/mcp/create_mcp_server.ts";

const definitions = MCP_TOOLS.map(({ definition }) => definition);

Deno.test("the definitions of all tools cost at most 700 model tokens", () => {
  const cost = countModelTokens(JSON.stringify({ tools: definitions }));
  assert(cost <= 700, `${cost} model tokens`);
  assert(cost > 200, "they are not what a client is sent");
});

Deno.test("the tools are five, and take nothing that they do not name", () => {
  assertEquals(definitions.map(({ name }) => name), [
    "search_tools",
    "read_tools",
    "search_skills",
    "save_skill",
    "run_program",
  ]);
  for (const { inputSchema } of definitions) {
    assertEquals([inputSchema.type, inputSchema.additionalProperties], ["object", false]);
  }
});

Deno.test("the tool that runs programs says what it gives and that it may do anything", () => {
  const { outputSchema, annotations } = definitions.at(-1)!;
  assertEquals(outputSchema!.type, "object");
  assertEquals(annotations, { destructiveHint: true, openWorldHint: true });
});
