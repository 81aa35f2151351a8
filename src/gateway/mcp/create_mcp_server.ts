import {
  createRequestStateCodec,
  ProtocolError,
  ProtocolErrorCode,
  Server,
} from "@modelcontextprotocol/server";
import type { Config } from "../../config/config.ts";
import manifest from "../../../deno.json" with { type: "json" };
import type { AskedState } from "./ask_by_result.ts";
import { askedClientOf } from "./asked_client.ts";
import { callToolTool, offersCallTool } from "./call_tool.ts";
import type { McpServices, McpTool } from "./mcp_tool.ts";
import { callerOf } from "./caller_auth.ts";
import { readToolsTool } from "./read_tools.ts";
import { runProgramTool } from "./run_program.ts";
import { saveSkillTool } from "./save_skill.ts";
import { searchSkillsTool } from "./search_skills.ts";
import { searchToolsTool } from "./search_tools.ts";
import { tellProgress } from "./tell_progress.ts";
import { listWrappers, readWrapper, WRAPPER_TEMPLATES } from "./wrapper_resources.ts";

/** The tools of the endpoint, however many servers are connected; `call_tool` is one more. */
export const MCP_TOOLS: readonly McpTool[] = [
  searchToolsTool,
  readToolsTool,
  searchSkillsTool,
  saveSkillTool,
  runProgramTool,
];

/** How long a client may keep what it was told: the tools change with the version only. */
const FIXED = { ttlMs: 3_600_000, cacheScope: "private" } as const;
const CHANGING = { ttlMs: 30_000, cacheScope: "private" } as const;

/** Options of {@linkcode createMcpServer}. */
export interface CreateMcpServerOptions {
  readonly services: McpServices;
  /** The session that runs belong to; absent for one of each run's own. */
  readonly session?: string;
  /** What the client is told of what is connected; absent where it does not ask. */
  readonly instructions?: string;
}

/** Makes the server of one connection, session or request, whichever era it speaks. */
export function createMcpServer(options: CreateMcpServerOptions): Server {
  const { services, session, instructions } = options;
  const { runtime } = services;
  const offered = async () =>
    await offersCallTool(runtime) ? [...MCP_TOOLS, callToolTool] : MCP_TOOLS;
  const codec = createRequestStateCodec<AskedState>({
    key: services.stateKey,
    ttlSeconds: Math.ceil(runtime.config.approvals.expireMs / 1_000),
    bind: ({ http }) => callerOf(http).name,
  });
  const server = new Server({ name: "airlock", version: manifest.version }, {
    // There are no prompts: who asks for the list gets it, empty, and need not ask again.
    capabilities: { tools: {}, resources: {}, prompts: {} },
    ...(instructions !== undefined && { instructions }),
    requestState: { verify: codec.verify },
    cacheHints: {
      "tools/list": mayChange(runtime.config) ? CHANGING : FIXED,
      "prompts/list": FIXED,
      "resources/templates/list": FIXED,
      "resources/list": CHANGING,
      "resources/read": CHANGING,
      "server/discover": CHANGING,
    },
  });
  server.setRequestHandler("tools/list", async () => ({
    tools: (await offered()).map(({ definition }) => definition),
  }));
  server.setRequestHandler("tools/call", async ({ params }, context) => {
    const { mcpReq, http } = context;
    const tool = (await offered()).find(({ definition }) => definition.name === params.name);
    if (tool === undefined) throw unknownTool();
    const { tell, told } = tellProgress(mcpReq);
    const isHandshake = session !== undefined;
    const { approvals: config } = runtime.config;
    const call = {
      signal: mcpReq.signal,
      principal: callerOf(http),
      session,
      tell,
      client: askedClientOf(context, { server, isHandshake, codec, config }),
      asked: mcpReq.requestState<AskedState>(),
    };
    const answer = tool.call(params.arguments, call, services);
    services.track(answer);
    const result = await answer;
    await told();
    return result;
  });
  server.setRequestHandler(
    "resources/list",
    ({ params }) => listWrappers(runtime, params?.cursor),
  );
  server.setRequestHandler("resources/templates/list", () => WRAPPER_TEMPLATES);
  server.setRequestHandler("resources/read", ({ params }) => readWrapper(runtime, params.uri));
  server.setRequestHandler("prompts/list", () => ({ prompts: [] }));
  server.setRequestHandler("prompts/get", () => {
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, "Cannot get prompt: there are none");
  });
  return server;
}

/** Where the host decides what is offered, it does so by what is connected. */
function mayChange({ gateway, servers }: Config): boolean {
  return servers.some(({ callTool = gateway.callTool }) => callTool === "auto");
}

function unknownTool(): ProtocolError {
  const names = MCP_TOOLS.map(({ definition }) => definition.name).join(", ");
  return new ProtocolError(
    ProtocolErrorCode.InvalidParams,
    `Cannot call tool: there are ${names}, and programs call all others`,
  );
}
