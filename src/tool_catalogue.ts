import {
  createToolIndex,
  type SearchOptions,
  type SearchResult,
  type ToolHit,
} from "./discovery/tool_index.ts";
import { AirlockError } from "./errors.ts";
import type { Tool } from "./mcp/tool.ts";
import type { ToolCall, Upstreams } from "./mcp/upstreams.ts";
import { validateArguments } from "./mcp/validate_arguments.ts";
import type { WrapperLibrary } from "./program/wrapper_library.ts";
import type { SearchToolsQuery } from "./rpc/serve_ask.ts";
import type { ServerInfo, ToolInfo } from "./runtime_types.ts";

/** Every tool of every server: found, described and called. */
export interface ToolCatalogue {
  /** All configured servers; none is started. */
  servers(): readonly ServerInfo[];
  /** The tools of one server or of all; of all, a server that is out of reach is left out. */
  tools(server?: string): Promise<readonly ToolInfo[]>;
  /** Searches the tools of all servers that are within reach. */
  search(query: string, options?: SearchOptions): Promise<SearchResult>;
  /** The tools that fit a query, the best first, with as much of each as was asked for. */
  searchTools(query: SearchToolsQuery): Promise<readonly FoundTool[]>;
  /** The text of a tool's wrapper; undefined where there is no such tool. */
  readTool(server: string, tool: string): Promise<string | undefined>;
  /**
   * Checks the arguments and calls the tool.
   *
   * @throws {McpToolError} and {AirlockError} ARGUMENTS_INVALID, TOOL_UNKNOWN and the upstream's
   */
  callTool(call: ToolCall): Promise<unknown>;
}

/** One tool that was found. */
export interface FoundTool {
  readonly server: string;
  readonly tool: string;
  readonly module: string;
  readonly description?: string;
  /** The wrapper's text. */
  readonly text?: string;
}

/** Makes the catalogue of a runtime. */
export function createToolCatalogue(upstreams: Upstreams, wrappers: WrapperLibrary): ToolCatalogue {
  const index = createToolIndex();
  const indexed = new Map<string, readonly Tool[] | undefined>();
  const byName = new WeakMap<readonly Tool[], ReadonlyMap<string, Tool>>();

  async function findTool(server: string, name: string): Promise<Tool> {
    const tools = await upstreams.catalogue(server);
    const named = byName.get(tools) ?? new Map(tools.map((tool) => [tool.name, tool]));
    byName.set(tools, named);
    const tool = named.get(name);
    if (tool !== undefined) return tool;
    throw new AirlockError("TOOL_UNKNOWN", `Cannot call ${server}.${name}: there is no such tool`);
  }

  async function toolsOf(server: string): Promise<ToolInfo[]> {
    const [tools, found] = [await upstreams.catalogue(server), await wrappers.ofServer(server)];
    const byTool = new Map(tools.map((tool) => [tool.name, tool]));
    return (found ?? []).flatMap(({ tool: name, folder, file, exportName }) => {
      const tool = byTool.get(name);
      return tool ? [{ server, tool, module: `./servers/${folder}/${file}.ts`, exportName }] : [];
    });
  }

  async function allTools(): Promise<ToolInfo[]> {
    const enabled = upstreams.status().filter(({ state }) => state !== "disabled");
    const all = await Promise.allSettled(enabled.map(({ name }) => toolsOf(name)));
    return all.flatMap((tools) => tools.status === "fulfilled" ? tools.value : []);
  }

  /** Brings the index up to date: a catalogue that has changed is another list. */
  async function search(query: string, options?: SearchOptions): Promise<SearchResult> {
    for (const { name, state } of upstreams.status()) {
      if (state === "disabled") continue;
      const tools = await upstreams.catalogue(name).catch(() => undefined);
      if (tools === indexed.get(name)) continue;
      if (tools === undefined) index.removeServer(name);
      else {index.setServer(
          name,
          (await toolsOf(name)).map(({ tool, module }) => ({ tool, import: module })),
        );}
      indexed.set(name, tools);
    }
    return index.search(query, options);
  }

  async function describe(
    { server, tool, import: module = "" }: ToolHit,
    detail: SearchToolsQuery["detail"],
  ): Promise<FoundTool> {
    const found = { server, tool: tool.name, module };
    if (detail === "name") return found;
    const { description = "" } = tool;
    if (detail === "description") return { ...found, description };
    return { ...found, description, text: await wrappers.text(server, tool.name) ?? "" };
  }

  return {
    search,
    async searchTools({ query, detail, limit, server }) {
      const wanted = { limit, ...(server === undefined ? {} : { server }) };
      const { hits, noGoodMatch } = await search(query, wanted);
      return noGoodMatch ? [] : await Promise.all(hits.map((hit) => describe(hit, detail)));
    },
    servers: () =>
      upstreams.status().map((status) => {
        const folder = wrappers.folderOf(status.name);
        return { ...status, ...(folder === undefined ? {} : { folder }) };
      }),
    async tools(server) {
      return server === undefined ? await allTools() : await toolsOf(server);
    },
    readTool: (server, tool) => wrappers.text(server, tool),
    async callTool(call) {
      const tool = await findTool(call.server, call.tool);
      await validateArguments(tool, call.arguments, { server: call.server });
      return await upstreams.callTool(call);
    },
  };
}
