import {
  createRequestStateCodec,
  ProtocolError,
  ProtocolErrorCode,
  Server,
} from "@modelcontextprotocol/server";
import manifest from "../../../deno.json" with { type: "json" };
import type { Config } from "../../config/config.ts";
import type { Runtime } from "../../runs/runtime.ts";
import { callerOf } from "../check_token.ts";
import { askedClientOf, type AskedState } from "./asking.ts";
import type { McpServices } from "./mcp_tool.ts";
import { callToolTool, noteMissing, offersCallTool } from "./tools.ts";
import { listWrappers, readWrapper, WRAPPER_TEMPLATES } from "./wrapper_resources.ts";
import { reportProgress } from "./report_progress.ts";
import { MCP_TOOLS } from "./mcp_tools.ts";

/** Cache hints; the tools change with the version only. */
const FIXED = { ttlMs: 3_600_000, cacheScope: "private" } as const;

const CHANGING = { ttlMs: 30_000, cacheScope: "private" } as const;

/** The services and the client of a server. */
export interface CreateMcpServerOptions {
  readonly services: McpServices;
  /** The session of its runs; unset for one of each run's own. */
  readonly session?: string;
  /** Instructions for the client; unset where it does not ask for them. */
  readonly instructions?: string;
}

/** Makes the server of one connection, session or request, of any protocol revision. */
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
    // The list of prompts is empty; the capability keeps clients from asking again.
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
    const progress = reportProgress(mcpReq);
    const isHandshake = session !== undefined;
    const { approvals: config } = runtime.config;
    const call = {
      signal: mcpReq.signal,
      principal: callerOf(http),
      session,
      onEvent: progress.onEvent,
      client: askedClientOf(context, { server, isHandshake, codec, config }),
      asked: mcpReq.requestState<AskedState>(),
    };
    const answer = tool.call(params.arguments, call, services);
    services.track(answer);
    const result = await answer;
    await progress.sent();
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

/** With "auto" the offered tools depend on the connected servers. */
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

const SHORT_GUIDE =
  "Find them with search_tools, read their types with read_tools, call them in one program with run_program";

const GUIDE = `${SHORT_GUIDE}, such as:
import { list_leads } from "./servers/crm/list_leads.ts";
const { leads } = await list_leads({ limit: 100 });
return leads.length;`;

const ONE_CALL = "For one call with a small result: call_tool.";

/** The instructions for a client: connected servers, the caller's skills, and how to use them. */
export async function introduce(runtime: Runtime, caller: string): Promise<string> {
  const one = await offersCallTool(runtime) ? `\n${ONE_CALL}` : "";
  const { text, unavailable } = await runtime.context({ caller, guide: `${GUIDE}${one}` });
  const servers = runtime.servers().filter(({ name, state }) =>
    state !== "disabled" && !unavailable.includes(name)
  );
  const allNamed = servers.every(({ name }) => text.includes(`${name} (`));
  if (allNamed && unavailable.length === 0) return text;
  // Names are worth more than the example.
  const guide = noteMissing(`${allNamed ? GUIDE : `${SHORT_GUIDE}.`}${one}`, unavailable);
  return (await runtime.context({ caller, guide })).text;
}

/** Makes a key that seals the state that clients keep between two calls. */
export function newStateKey(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(32));
}
