import type { CacheOutcome, ToolResults } from "../calls/tool_results.ts";
import type { Config } from "../config/config.ts";
import type { Policy } from "../config/policy.ts";
import type { ToolAnswer } from "../calls/serve_call.ts";
import type { Capability, ChangedTool, Tool } from "../model/tool.ts";
import { AirlockError } from "../model/errors.ts";
import type { PermissionLevel } from "../model/permission.ts";
import { checkPermission } from "../policy/check_permission.ts";
import type { JudgedTool, JudgeTool } from "../policy/risk/judge_tool.ts";
import type { WrapperLibrary } from "../program/wrapper_library.ts";
import { estimateModelTokens } from "../text/count_model_tokens.ts";
import type { ToolIntegrity } from "../upstream/integrity/tool_integrity.ts";
import { mostBytes } from "../upstream/measure_json.ts";
import type { ToolCall, Upstreams } from "../upstream/upstreams.ts";
import { validateArguments } from "../upstream/validate_arguments.ts";
import type { ServerInfo, ToolInfo } from "./runtime.ts";
import { AnswerSizes } from "./answer_sizes.ts";

/** Every tool of every server: listed, described and called. */
export interface ToolCatalogue {
  /** All configured servers; none is started. */
  servers(): readonly ServerInfo[];
  /** What a program imports to call each tool of a server, by the tool's name. */
  modulesOf(server: string): Promise<ReadonlyMap<string, string>>;
  /**
   * Refuses those of some tools that are no longer what was accepted.
   *
   * @throws {AirlockError} TOOL_QUARANTINED
   */
  refuseChanged(capabilities: readonly Capability[]): Promise<void>;
  /** What tools do; of those whose server is out of reach, what their names say. */
  judged(capabilities: readonly Capability[]): Promise<readonly JudgedTool[]>;
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
  callTool(call: CatalogueCall): Promise<unknown>;
  /** Learns the type and the size of what a tool answered, as programs see it. */
  learnResult(answer: ToolAnswer): void;
  /**
   * The most bytes that a tool's answer is expected to have: by the largest of those that it gave
   * lately, else by its output schema; undefined where neither says.
   */
  expectedBytes(tool: Capability): Promise<number | undefined>;
}

/** A call, and who makes it. */
interface CatalogueCall extends ToolCall {
  /** An answer is kept for its principal alone. */
  readonly principal: string;
  /** Told where the answer is one that was kept, or is another call's. */
  readonly remembered?: (() => void) | undefined;
}

/** Options of {@linkcode createToolCatalogue}. */
interface CreateToolCatalogueOptions {
  readonly upstreams: Upstreams;
  readonly wrappers: WrapperLibrary;
  /** The answers that are kept. */
  readonly results: ToolResults;
  /** Says what tools do. */
  readonly judge: JudgeTool;
  /** Told of each look for an answer that is kept. */
  readonly onLookup?: (tool: { server: string; tool: string }, outcome: CacheOutcome) => void;
  readonly integrity: ToolIntegrity;
  /** Whether results tell the types of tools that promise none. */
  readonly learnTypes: Policy["learnTypes"];
}

/** Makes the catalogue of a runtime. */
export function createToolCatalogue(options: CreateToolCatalogueOptions): ToolCatalogue {
  const { upstreams, wrappers, integrity, judge, learnTypes } = options;
  const named = new NamedTools(upstreams);
  const sizes = new AnswerSizes();
  upstreams.onCatalogueChange(({ server }) => sizes.forget(server));
  return {
    refuseChanged: (capabilities) => refuseChanged(capabilities, options),
    async judged(capabilities) {
      const servers = new Set(capabilities.map(({ server }) => server));
      const known = new Map(
        await Promise.all(
          [...servers].map(async (server) =>
            [server, await named.of(server).catch(() => undefined)] as const
          ),
        ),
      );
      return capabilities.map(({ server, tool }) =>
        judge({ server, tool }, known.get(server)?.get(tool))
      );
    },
    servers: () =>
      upstreams.status().map((status) => {
        const folder = wrappers.folderOf(status.name);
        const { changed = [], suspicious = [] } = integrity.latest(status.name) ?? {};
        const withheld = upstreams.withheld(status.name);
        return {
          ...status,
          ...(folder === undefined ? {} : { folder }),
          ...{ changed, suspicious, withheld },
        };
      }),
    modulesOf: async (server) =>
      new Map((await listTools(server, options)).map(({ tool, module }) => [tool.name, module])),
    tools: (server) => listTools(server, options),
    definitionModelTokens: () => named.definitionModelTokens(),
    readTool: (server, tool) => wrappers.text(server, tool),
    callTool: async (call) =>
      await callTool(call, { tool: await named.find(call.server, call.tool), ...options }),
    async expectedBytes({ server, tool: name }) {
      const seen = sizes.largest({ server, tool: name });
      if (seen !== undefined) return seen;
      const tool = (await named.of(server)).get(name);
      return mostBytes(tool?.outputSchema);
    },
    learnResult({ server, tool: name, value, bytes }) {
      sizes.note({ server, tool: name }, bytes);
      if (learnTypes !== "on") return;
      // A tool that is gone by now has nothing to be learned.
      named.find(server, name).then((tool) => wrappers.observe({ server, tool, value }), () => {});
    },
  };
}

async function refuseChanged(
  capabilities: readonly Capability[],
  { upstreams, integrity }: CreateToolCatalogueOptions,
): Promise<void> {
  for (const server of new Set(capabilities.map(({ server }) => server))) {
    const tools = await upstreams.listed(server).catch(() => undefined);
    if (tools === undefined) continue;
    const { changed } = await integrity.check(server, tools);
    const found = changed.find(({ tool }) =>
      capabilities.some((capability) => capability.server === server && capability.tool === tool)
    );
    if (found !== undefined) throw quarantined(found);
  }
}

async function callTool(
  call: CatalogueCall,
  { tool, upstreams, results, judge, onLookup }: CreateToolCatalogueOptions & {
    readonly tool: Tool;
  },
): Promise<unknown> {
  await validateArguments(tool, call.arguments, { server: call.server });
  const { leaves, varies } = judge(call, tool);
  const { value, source } = await results.through(
    { ...call, tool, leaves, varies },
    async (signal) => {
      let ttlMs: number | undefined;
      const onTtl = (said: number) => ttlMs = said;
      return { value: await upstreams.callTool({ ...call, signal, onTtl }), ttlMs };
    },
  );
  onLookup?.(call, source);
  if (source === "hit" || source === "shared") call.remembered?.();
  return value;
}

/** What changed is for a person to read: it may be meant for the model that reads this. */
function quarantined({ server, tool }: ChangedTool): AirlockError {
  return new AirlockError(
    "TOOL_QUARANTINED",
    `Cannot call ${server}.${tool}: it is no longer the tool that was accepted`,
    {
      hint:
        `A person may look at the change and accept it: deno task servers accept "${server}/${tool}"`,
    },
  );
}

/** What tools are listed from. */
interface ListToolsOptions {
  readonly upstreams: Upstreams;
  readonly wrappers: WrapperLibrary;
}

/** The tools of one server or of all; of all, a server that is out of reach is left out. */
async function listTools(
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

/** The tools of servers by their names, worked out once for each list that a server gave. */
class NamedTools {
  readonly #upstreams: Upstreams;
  readonly #byName = new WeakMap<readonly Tool[], ReadonlyMap<string, Tool>>();
  readonly #modelTokens = new WeakMap<readonly Tool[], Promise<number>>();

  constructor(upstreams: Upstreams) {
    this.#upstreams = upstreams;
  }

  /** All tools of a server; rejects where it is out of reach and nothing is known of it. */
  async of(server: string): Promise<ReadonlyMap<string, Tool>> {
    const tools = await this.#upstreams.catalogue(server);
    const named = this.#byName.get(tools) ?? new Map(tools.map((tool) => [tool.name, tool]));
    this.#byName.set(tools, named);
    return named;
  }

  /**
   * One tool.
   *
   * @throws {AirlockError} TOOL_UNKNOWN
   */
  async find(server: string, name: string): Promise<Tool> {
    const tool = (await this.of(server)).get(name);
    if (tool !== undefined) return tool;
    throw new AirlockError("TOOL_UNKNOWN", `Cannot call ${server}.${name}: there is no such tool`);
  }

  /** What the definitions of all tools known so far would cost a model; asks no server. */
  async definitionModelTokens(): Promise<number> {
    const lists = this.#upstreams.status().map(({ name }) => this.#upstreams.known(name));
    const tokens = await Promise.all(lists.map((tools) => this.#tokensOf(tools)));
    return tokens.reduce((sum, count) => sum + count, 0);
  }

  #tokensOf(tools: readonly Tool[]): Promise<number> {
    const known = this.#modelTokens.get(tools) ?? estimateModelTokens(definitionsOf(tools));
    this.#modelTokens.set(tools, known);
    return known;
  }
}

/** As clients give tools to a model: without their output schemas. */
function definitionsOf(tools: readonly Tool[]): string {
  return tools.map(({ name, description, inputSchema }) =>
    JSON.stringify({ name, description, input_schema: inputSchema })
  ).join("\n");
}

/** Judges tools for what they are now. */
export class ToolJudge {
  readonly #policy: Config["policy"];
  readonly #catalogue: ToolCatalogue;

  constructor({ policy, catalogue }: { policy: Config["policy"]; catalogue: ToolCatalogue }) {
    this.#policy = policy;
    this.#catalogue = catalogue;
  }

  /**
   * Checks that tools may be called.
   *
   * @throws {AirlockError} TOOL_QUARANTINED or TOOL_DENIED
   */
  async check(
    capabilities: readonly Capability[],
    { permission, action }: { permission: PermissionLevel; action: string },
  ): Promise<void> {
    if (this.#policy.changedTools === "quarantine") {
      await this.#catalogue.refuseChanged(capabilities);
    }
    if (permission === "full") return;
    checkPermission(await this.describe(capabilities), { permission, action });
  }

  /** What the tools are, by the configuration, by their servers' word and by their names. */
  describe(capabilities: readonly Capability[]): Promise<readonly JudgedTool[]> {
    return this.#catalogue.judged(capabilities);
  }
}
