import type { Policy } from "./config.ts";
import { AirlockError } from "./errors.ts";
import type { Tool } from "./mcp/tool.ts";
import type { ToolCall, Upstreams } from "./mcp/upstreams.ts";
import { validateArguments } from "./mcp/validate_arguments.ts";
import { estimateModelTokens } from "./result/estimate_model_tokens.ts";
import type { WrapperLibrary } from "./program/wrapper_library.ts";
import type { ServerInfo, ToolInfo } from "./runtime_types.ts";

/** Every tool of every server: listed, described and called. */
export interface ToolCatalogue {
  /** All configured servers; none is started. */
  servers(): readonly ServerInfo[];
  /** What a program imports to call each tool of a server, by the tool's name. */
  modulesOf(server: string): Promise<ReadonlyMap<string, string>>;
  /** The tools of one server or of all; of all, a server that is out of reach is left out. */
  tools(server?: string): Promise<readonly ToolInfo[]>;
  /** What the definitions of all tools known so far would cost a model; asks no server. */
  definitionModelTokens(): Promise<number>;
  /** The text of a tool's wrapper; undefined where there is no such tool. */
  readTool(server: string, tool: string): Promise<string | undefined>;
  /**
   * Checks the arguments and calls the tool.
   *
   * @throws {McpToolError} and {AirlockError} ARGUMENTS_INVALID, TOOL_UNKNOWN and the upstream's
   */
  callTool(call: ToolCall): Promise<unknown>;
  /** Learns the type of what a tool answered, as programs see it. */
  learnResult(
    answer: { readonly server: string; readonly tool: string; readonly value: unknown },
  ): void;
}

/** Options of {@linkcode createToolCatalogue}. */
export interface CreateToolCatalogueOptions {
  readonly upstreams: Upstreams;
  readonly wrappers: WrapperLibrary;
  /** Whether results tell the types of tools that promise none. */
  readonly learnTypes: Policy["learnTypes"];
}

/** Makes the catalogue of a runtime. */
export function createToolCatalogue(
  { upstreams, wrappers, learnTypes }: CreateToolCatalogueOptions,
): ToolCatalogue {
  const byName = new WeakMap<readonly Tool[], ReadonlyMap<string, Tool>>();

  const tokensOf = new WeakMap<readonly Tool[], Promise<number>>();

  function definitionTokens(tools: readonly Tool[]): Promise<number> {
    const known = tokensOf.get(tools) ?? estimateModelTokens(definitionsOf(tools));
    tokensOf.set(tools, known);
    return known;
  }

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

  return {
    servers: () =>
      upstreams.status().map((status) => {
        const folder = wrappers.folderOf(status.name);
        return { ...status, ...(folder === undefined ? {} : { folder }) };
      }),
    modulesOf: async (server) =>
      new Map((await toolsOf(server)).map(({ tool, module }) => [tool.name, module])),
    async tools(server) {
      return server === undefined ? await allTools() : await toolsOf(server);
    },
    async definitionModelTokens() {
      const lists = upstreams.status().map(({ name }) => upstreams.known(name));
      const tokens = await Promise.all(lists.map(definitionTokens));
      return tokens.reduce((sum, count) => sum + count, 0);
    },
    readTool: (server, tool) => wrappers.text(server, tool),
    async callTool(call) {
      const tool = await findTool(call.server, call.tool);
      await validateArguments(tool, call.arguments, { server: call.server });
      return await upstreams.callTool(call);
    },
    learnResult({ server, tool: name, value }) {
      if (learnTypes !== "on") return;
      // A tool that is gone by now has nothing to be learned.
      findTool(server, name).then((tool) => wrappers.observe({ server, tool, value }), () => {});
    },
  };
}

/** As clients give tools to a model: without their output schemas. */
function definitionsOf(tools: readonly Tool[]): string {
  return tools.map(({ name, description, inputSchema }) =>
    JSON.stringify({ name, description, input_schema: inputSchema })
  ).join("\n");
}
