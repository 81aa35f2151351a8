import type { Tool, ToolProblem } from "../model/tool.ts";
import { GENERATOR_VERSION } from "./generated_folder.ts";
import { hashTool } from "./hash_tool.ts";
import { indexText, wrapperText } from "./wrapper_text.ts";
import { nameServers, nameTools } from "./names.ts";
import type { ObservedTypes } from "./observed/observed_shape.ts";
import { isJsonObject } from "../text/json_value.ts";
import type { LockedServer, LockedTool } from "./servers_lock.ts";

/** The generated files of one server, not yet written. */
export interface GeneratedServer {
  readonly server: string;
  readonly folder: string;
  /** Paths relative to the folder of all servers, with `/`. */
  readonly files: readonly GeneratedFile[];
  /** What `servers.lock.json` says about the server. */
  readonly lock: LockedServer;
  /** Names of tools whose words are withheld: their files on disk may still have the words. */
  readonly withheld: ReadonlySet<string>;
  /** Parts of schemas that the types do not express. */
  readonly problems: readonly ToolProblem[];
}

interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Makes the wrappers of one server from its catalogue: a file for each tool, `index.ts`, and the
 * lock entries. The same catalogue gives the same bytes, whatever the order of its tools. Never
 * throws: what a schema does not tell is `unknown`, and a problem. Without `folder`, the server's
 * folder is what `nameServers` calls this server alone.
 *
 * @example
 * ```ts
 * import { generateServer } from "./generate_server.ts";
 *
 * const { files } = generateServer({
 *   server: "crm",
 *   tools: [{ name: "count_leads", inputSchema: { type: "object" } }],
 * });
 * console.assert(files[0]?.path === "crm/count_leads.ts");
 * ```
 */
export function generateServer(options: {
  readonly server: string;
  readonly tools: readonly Tool[];
  readonly folder?: string;
  readonly generator?: string;
  readonly observed?: ObservedTypes;
}): GeneratedServer {
  const { server, generator = GENERATOR_VERSION } = options;
  const folder = options.folder ?? nameServers([server]).get(server)!;
  const problems: ToolProblem[] = [];
  const tools = uniqueTools(server, options.tools, problems);
  const names = nameTools(tools.map(({ name }) => name));
  const ordered = tools.toSorted((a, b) =>
    names.get(a.name)!.exportName < names.get(b.name)!.exportName ? -1 : 1
  );

  const files: GeneratedFile[] = [];
  const locked: [string, LockedTool][] = [];
  for (const tool of ordered) {
    const own = names.get(tool.name)!;
    const report = reportOnce(problems, { server, tool: tool.name });
    const hash = hashTool(tool);
    const seen = options.observed?.get(tool.name);
    // Results of another version of the tool tell nothing about this one.
    const observed = seen?.hash === hash ? seen : undefined;
    const text = wrapperText(tool, { server, names: own, generator, report, observed });
    files.push({ path: `${folder}/${own.file}`, text });
    locked.push([tool.name, { hash, file: own.file, export: own.exportName, generator }]);
  }
  const index = indexText(ordered.map(({ name }) => names.get(name)!), server, generator);
  files.push({ path: `${folder}/index.ts`, text: index });
  const withheld = new Set(ordered.filter(({ withheld }) => withheld).map(({ name }) => name));
  return { server, folder, files, lock: { folder, tools: new Map(locked) }, withheld, problems };
}

/** The wrapper of one tool among the generated files of its server. */
export function wrapperOf(generated: GeneratedServer, tool: string): GeneratedFile | undefined {
  const file = generated.lock.tools.get(tool)?.file;
  return generated.files.find(({ path }) => path === `${generated.folder}/${file}`);
}

/** Leaves out bad tools of a catalogue that was not repaired before. */
function uniqueTools(server: string, tools: readonly Tool[], problems: ToolProblem[]): Tool[] {
  const unique = new Map<string, Tool>();
  const leaveOut = (tool: string, fault: string) =>
    problems.push({ server, tool, message: `Left out: ${fault}` });
  tools.forEach((tool: unknown, at) => {
    const name = isJsonObject(tool) ? tool.name : undefined;
    if (typeof name !== "string") return leaveOut(`tool ${at + 1} of the list`, "it has no name");
    if (unique.has(name)) return leaveOut(name, "an earlier tool has the same name");
    unique.set(name, tool as Tool);
  });
  return [...unique.values()];
}

function reportOnce(
  problems: ToolProblem[],
  about: { readonly server: string; readonly tool: string },
): (message: string) => void {
  const reported = new Set<string>();
  return (message) => {
    if (reported.has(message)) return;
    reported.add(message);
    problems.push({ ...about, message });
  };
}
