import { assertEquals, assertNotEquals } from "@std/assert";
import { hashTool } from "../../src/codegen/hash_tool.ts";
import type { Tool } from "../../src/model/tool.ts";

const tool: Tool = {
  name: "list",
  description: "Lists",
  inputSchema: { type: "object", properties: { a: {}, b: {} } },
  annotations: { readOnlyHint: true },
};

Deno.test("hashTool does not depend on the order of keys, nor on the name", () => {
  const inputSchema = { properties: { b: {}, a: {} }, type: "object" };
  assertEquals(hashTool({ ...tool, name: "other", inputSchema }), hashTool(tool));
});

Deno.test("hashTool changes with the description, the annotations and both schemas", () => {
  const changes: Partial<Tool>[] = [
    { description: "Lists all" },
    { annotations: { readOnlyHint: false } },
    { inputSchema: { type: "object" } },
    { outputSchema: { type: "object" } },
  ];
  for (const change of changes) assertNotEquals(hashTool({ ...tool, ...change }), hashTool(tool));
});
