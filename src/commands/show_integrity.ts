import type { Config } from "../config/config.ts";
import type { Tool } from "../model/tool.ts";
import { signWarnings, wrapLines } from "../policy/shown/wrap_lines.ts";
import { visibleLine } from "../text/visible_text.ts";
import { AcceptedWords, digestOfWords } from "../upstream/integrity/shown_tools.ts";
import type { ServerIntegrity } from "../upstream/integrity/tool_integrity.ts";
import { scanTool } from "../upstream/integrity/withhold_words.ts";
import { createUpstreams } from "../upstream/upstreams.ts";

/** Digits of a digest that identify the words of a tool. */
export const SHORT_DIGEST = 12;
const WIDTH = 100;

/** The integrity of a server's tools, with the tools whose descriptions are withheld. */
interface FoundTools extends ServerIntegrity {
  readonly withheld: readonly Tool[];
}

/** Shows a person changed tools, suspicious descriptions, and the withheld descriptions whole. */
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

/** All text of a tool, so that it can be accepted: nothing is truncated or invisible. */
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

/** The changed tools by server; they keep their old wrappers. */
export function heldTools(
  found: readonly ServerIntegrity[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const held = new Map<string, Set<string>>();
  for (const { server, tool } of found.flatMap(({ changed }) => changed)) {
    held.set(server, (held.get(server) ?? new Set()).add(tool));
  }
  return held;
}

/** Warnings of tools whose last listed descriptions instruct a model; starts no server. */
export async function warnOfWords(config: Config): Promise<string[]> {
  const accepted = new AcceptedWords(config.folders.state);
  const { suspiciousTools } = config.policy;
  await using upstreams = createUpstreams(config);
  const warnings: string[] = [];
  for (const { name: server, disabled } of config.servers) {
    const tools = disabled ? [] : await upstreams.recalled(server);
    const found = tools.filter((tool) =>
      scanTool(server, tool).length > 0 && !accepted.has(server, tool)
    );
    if (found.length === 0) continue;
    const names = found.map(({ name }) => name).join(", ");
    warnings.push(visibleLine(
      `server "${server}": the words of ${names} give a model orders ` +
        `(policy.suspiciousTools: ${suspiciousTools}); deno task servers list shows them`,
    ));
  }
  return warnings;
}
