import type { Upstreams } from "../upstream/upstreams.ts";
import type { WrapperLibrary } from "../program/wrapper_library.ts";
import type { ToolInfo } from "./runtime_types.ts";

/** What tools are listed from. */
export interface ListToolsOptions {
  readonly upstreams: Upstreams;
  readonly wrappers: WrapperLibrary;
}

/** The tools of one server or of all; of all, a server that is out of reach is left out. */
export async function listTools(
  server: string | undefined,
  options: ListToolsOptions,
): Promise<ToolInfo[]> {
  if (server !== undefined) return await toolsOf(server, options);
  const enabled = options.upstreams.status().filter(({ state }) => state !== "disabled");
  const all = await Promise.allSettled(enabled.map(({ name }) => toolsOf(name, options)));
  return all.flatMap((tools) => tools.status === "fulfilled" ? tools.value : []);
}

async function toolsOf(
  server: string,
  { upstreams, wrappers }: ListToolsOptions,
): Promise<ToolInfo[]> {
  const [tools, found] = [await upstreams.catalogue(server), await wrappers.ofServer(server)];
  const byTool = new Map(tools.map((tool) => [tool.name, tool]));
  return (found ?? []).flatMap(({ tool: name, folder, file, exportName }) => {
    const tool = byTool.get(name);
    return tool ? [{ server, tool, module: `./servers/${folder}/${file}.ts`, exportName }] : [];
  });
}
