import { assertEquals } from "@std/assert";
import { generateServer } from "../../src/codegen/generate_server.ts";
import { wrapperSignature } from "../../src/discovery/present_tools.ts";

Deno.test("a wrapper is shown without what is the same in all of them", () => {
  const { files: [wrapper] } = generateServer({
    server: "crm",
    tools: [{
      name: "get_lead",
      description: "Gets a lead.",
      inputSchema: { type: "object", properties: { id: { type: "string" } }, required: ["id"] },
    }],
  });
  assertEquals(
    wrapperSignature(wrapper!.text),
    `export type GetLeadInput = { id: string };
export type GetLeadOutput = unknown;
/**
 * Gets a lead.
 * @example await get_lead({ id: "..." })
 */
export function get_lead(input: GetLeadInput): Promise<GetLeadOutput>;`,
  );
});

Deno.test("a text that somebody else wrote is shown as it is", () => {
  const text = 'import { callMCPTool } from "../client.ts";\n\n\nexport const x = 1;';
  assertEquals(wrapperSignature(`${text}\n`), text);
});
