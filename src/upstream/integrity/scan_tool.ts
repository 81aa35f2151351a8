import type { Tool, ToolProblem } from "../../model/tool.ts";
import { partedWords } from "./readings_of.ts";
import { scanWords } from "./scan_text.ts";

/** The host does other things after so long. */
const SLICE_MS = 15;

/** What was found in a tool; one that is listed anew is another object. */
const scanned = new WeakMap<Tool, readonly string[]>();

/** Looks at tools one after the other, and lets others have their turn between. */
export async function scanTools(server: string, tools: readonly Tool[]): Promise<ToolProblem[]> {
  const problems: ToolProblem[] = [];
  let began = performance.now();
  for (const tool of tools) {
    problems.push(...scanTool(server, tool));
    if (performance.now() - began < SLICE_MS) continue;
    await new Promise((resolve) => setTimeout(resolve));
    began = performance.now();
  }
  return problems;
}

/** Says what is suspicious in what a tool says of itself: names, descriptions, and all of its schemas. */
export function scanTool(server: string, tool: Tool): ToolProblem[] {
  const messages = scanned.get(tool) ?? messagesOf(tool);
  scanned.set(tool, messages);
  return messages.map((message) => ({ server, tool: tool.name, message }));
}

function messagesOf(tool: Tool): string[] {
  const found = new Set<string>();
  for (const [place, text] of textsOf(tool)) {
    for (const { message } of scanWords(text)) found.add(`Suspicious ${place}: ${message}`);
  }
  if (found.size > 0) return [...found];
  const joined = joinedTexts(tool).flatMap(scanWords);
  return [...new Set(joined.map(({ message }) => `Suspicious words: ${message}`))];
}

/** Every text of a tool that a model may come to read; what stands in a schema is read in one go. */
function textsOf({ name, title, description, annotations, inputSchema, outputSchema }: Tool) {
  const words = wordsOf([inputSchema, outputSchema]);
  const texts: [place: string, text: string][] = [
    ["name", name],
    ["name", partedWords(name)],
    ["title", title ?? ""],
    ["title", annotations?.title ?? ""],
    ["description", description ?? ""],
    ["schema", words.join("\n")],
    ["schema", words.filter((word) => !/\s/.test(word)).map(partedWords).join("\n")],
  ];
  return texts.filter(([, text]) => text !== "");
}

/** All words in one go: a model reads one after the other, so an order may go on in the next text. */
function joinedTexts(
  { title, description, annotations, inputSchema, outputSchema }: Tool,
): string[] {
  const own = [title, annotations?.title, description].flatMap((text) => text ?? []);
  const all = wordsOf([inputSchema, outputSchema]);
  const spoken = wordsOf([inputSchema, outputSchema], { spokenOnly: true });
  if (own.length + all.length < 2) return [];
  return [all, spoken].map((words) =>
    [...own, ...words].map((text) => text.replace(/[\s.…:]+$/, "")).join("\n")
  );
}

/** Keys of JSON Schema whose texts are no words of anybody. */
const UNSPOKEN = new Set(["type", "format", "$ref", "$schema", "$id", "pattern", "required"]);

/** The words of schemas in their order: names of properties, and every text; or the texts alone. */
function wordsOf(schemas: readonly unknown[], { spokenOnly = false } = {}): string[] {
  const words: string[] = [];
  const open: unknown[] = [...schemas].reverse();
  while (open.length > 0) {
    const node = open.pop();
    if (typeof node === "string") words.push(node);
    if (typeof node !== "object" || node === null) continue;
    const isList = Array.isArray(node);
    for (const [key, value] of Object.entries(node).reverse()) {
      if (spokenOnly && !isList && UNSPOKEN.has(key)) continue;
      open.push(value);
      // A name that is only a key of JSON Schema is read by nobody.
      if (!isList && !spokenOnly) open.push(key);
    }
  }
  return words;
}
