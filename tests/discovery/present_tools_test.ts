import { assertEquals } from "@std/assert";
import { generateServer } from "../../src/codegen/generate_server.ts";
import { presentTools } from "../../src/discovery/present_tools.ts";

const HEAD = "# crm ./servers/crm/\nget_lead.ts\n";

function shown(wrapper: string): string {
  const tool = { name: "get_lead", inputSchema: { type: "object" } };
  const steps = presentTools([{ server: "crm", tool, import: "./servers/crm/get_lead.ts" }], {
    detail: "full",
    maxModelTokens: 1_000,
    wrapperText: () => wrapper,
  });
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value.text;
}

Deno.test("presentTools() shows a wrapper without the parts that every wrapper has", () => {
  const { files: [wrapper] } = generateServer({
    server: "crm",
    tools: [{
      name: "get_lead",
      description: "Gets a lead.",
      inputSchema: { type: "object", properties: { id: { type: "string" } }, required: ["id"] },
    }],
  });
  assertEquals(
    shown(wrapper!.text),
    `${HEAD}export type GetLeadInput = { id: string };
export type GetLeadOutput = unknown;
/**
 * Gets a lead.
 * @example await get_lead({ id: "..." })
 */
export function get_lead(input: GetLeadInput): Promise<GetLeadOutput>;`,
  );
});

Deno.test("presentTools() shows a text that is no generated wrapper as it is", () => {
  const text = 'import { callMCPTool } from "../client.ts";\n\n\nexport const x = 1;';
  assertEquals(shown(`${text}\n`), HEAD + text);
});
