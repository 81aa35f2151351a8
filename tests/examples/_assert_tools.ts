import type { Tool } from "@modelcontextprotocol/sdk/types";
import { assert, assertEquals } from "@std/assert";

/** Throws unless these are the tools, all described, with all four hints and as said in words. */
export function assertTools(tools: readonly Tool[], expected: Record<string, string>): void {
  const actual = tools.map((tool) => [tool.name, inWords(tool)]);
  assertEquals(Object.fromEntries(actual), expected);
  for (const { name, title, description, inputSchema } of tools) {
    assert(title, name);
    assert(description?.endsWith("."), name);
    assertEquals(inputSchema.type, "object", name);
  }
}

function inWords({ annotations, outputSchema }: Tool): string {
  const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = annotations ?? {};
  const hints = [readOnlyHint, destructiveHint, idempotentHint, openWorldHint];
  assert(hints.every((hint) => typeof hint === "boolean"));
  return [
    readOnlyHint ? "reads" : destructiveHint ? "destroys" : "adds",
    idempotentHint && "idempotent",
    openWorldHint && "open world",
    outputSchema && "typed",
  ].filter(Boolean).join(", ");
}
