import { digestOfWords } from "../upstream/integrity/shown_tools.ts";
import type { ServerIntegrity } from "../upstream/integrity/tool_integrity.ts";
import type { Tool } from "../model/tool.ts";
import { signWarnings, wrapLines } from "../policy/shown/wrap_lines.ts";
import { visibleLine } from "../text/visible_text.ts";

/** So many digits of a digest stand for words. */
export const SHORT_DIGEST = 12;
const WIDTH = 100;

/** What is found of the tools of a server, with those whose words are withheld as they are listed. */
export interface FoundTools extends ServerIntegrity {
  readonly withheld: readonly Tool[];
}

/**
 * Tells a person what is found of tools: what has changed, what in their words is for a model, and
 * all the words that are withheld for it.
 */
export function showIntegrity(found: readonly FoundTools[]): void {
  for (const { changed, suspicious, withheld } of found) {
    for (const { server, tool, message } of suspicious) {
      console.error(visibleLine(`${server}.${tool}: ${message}`));
    }
    const [{ server } = { server: "" }] = suspicious;
    for (const tool of withheld) console.error(wordsOf(server, tool).join("\n"));
    for (const { server, tool, changes } of changed) {
      console.error(
        visibleLine(`${server}.${tool}: quarantined, it is no longer what was accepted`),
      );
      for (const change of changes) console.error(indented(change).join("\n"));
      console.error(`  accept it: deno task servers accept "${visibleLine(`${server}/${tool}`)}"`);
    }
  }
}

/** Everything that a tool says, so that it can be accepted: nothing of it is cut, and no sign hides. */
function wordsOf(server: string, tool: Tool): string[] {
  const { name, title, description, annotations, inputSchema, outputSchema } = tool;
  const words = [
    ...title === undefined ? [] : [`title: ${title}`],
    ...annotations?.title === undefined ? [] : [`title: ${annotations.title}`],
    `description: ${description ?? ""}`,
    `input: ${JSON.stringify(inputSchema, null, 1)}`,
    ...outputSchema === undefined ? [] : [`output: ${JSON.stringify(outputSchema, null, 1)}`],
  ];
  const digest = digestOfWords(tool).slice(0, SHORT_DIGEST);
  const accept = `deno task servers accept "${server}/${name}" --words ${digest}`;
  return [
    visibleLine(`${server}.${name}: its words are withheld from models; these are they:`),
    ...words.flatMap(indented),
    ...signWarnings(words.join("\n"), "it").map((line) => `  ${line}`),
    visibleLine(`  accept them: ${accept}`),
  ];
}

function indented(text: string): string[] {
  return wrapLines(text, { width: WIDTH, blankLines: "told" }).map((line) => `  ${line}`);
}
