import type { Tool, ToolProblem } from "../tool.ts";
import { scanText } from "./scan_text.ts";

const MAX_TEXTS = 5_000;

/** Says what is suspicious in what a tool says of itself: names, descriptions, and all of its schemas. */
export function scanTool(server: string, tool: Tool): ToolProblem[] {
  const found = new Map<string, ToolProblem>();
  for (const [place, text] of textsOf(tool)) {
    for (const { message } of scanText(text)) {
      const problem = { server, tool: tool.name, message: `Suspicious ${place}: ${message}` };
      found.set(problem.message, problem);
    }
  }
  return [...found.values()];
}

/** Every text of a tool that a model may come to read. */
function textsOf({ name, title, description, annotations, inputSchema, outputSchema }: Tool) {
  const texts: [place: string, text: string][] = [
    ["name", name],
    ["title", title ?? ""],
    ["title", annotations?.title ?? ""],
    ["description", description ?? ""],
  ];
  const open: unknown[] = [inputSchema, outputSchema];
  for (let at = 0; at < open.length && texts.length < MAX_TEXTS; at++) {
    const node = open[at];
    if (typeof node === "string") texts.push(["schema", node]);
    if (typeof node !== "object" || node === null) continue;
    const entries = Object.entries(node).slice(0, MAX_TEXTS);
    // A name that is only a key of JSON Schema is read by nobody.
    for (const [key, value] of entries) {
      if (!Array.isArray(node)) texts.push(["schema", key]);
      open.push(value);
    }
  }
  return texts;
}
