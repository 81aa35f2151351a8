import {
  type CallToolResult,
  inputRequired,
  type InputRequiredResult,
  MissingRequiredClientCapabilityError,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
} from "@modelcontextprotocol/server";
import {
  createMcpServer,
  type CreateMcpServerOptions,
} from "../../src/gateway/mcp/create_mcp_server.ts";
import { MCP_TOOLS } from "../../src/gateway/mcp/mcp_tools.ts";

type Answer = CallToolResult | InputRequiredResult;

/** Tools by which the conformance suite sees what no tool of ours shows; nothing of them ships. */
const DIAGNOSTIC_TOOLS: Readonly<Record<string, () => Answer>> = {
  test_missing_capability() {
    throw new MissingRequiredClientCapabilityError({ requiredCapabilities: { sampling: {} } });
  },
  test_streaming_elicitation: () =>
    inputRequired({
      inputRequests: {
        name: inputRequired.elicit({
          message: "What is your name?",
          requestedSchema: { type: "object", properties: { name: { type: "string" } } },
        }),
      },
    }),
  test_logging_tool: () => ({ content: [{ type: "text", text: "nothing is logged unasked" }] }),
};

/** Makes the server of the endpoint with the diagnostic tools beside its own. */
export function createDiagnosticServer(options: CreateMcpServerOptions): Server {
  const server = createMcpServer(options);
  server.setRequestHandler("tools/list", () => ({
    tools: [
      ...MCP_TOOLS.map(({ definition }) => definition),
      ...Object.keys(DIAGNOSTIC_TOOLS).map((name) => ({
        name,
        description: "Only for the conformance suite",
        inputSchema: { type: "object" as const },
      })),
    ],
  }));
  server.setRequestHandler("tools/call", async ({ params }, { mcpReq: { signal } }) => {
    const diagnostic = DIAGNOSTIC_TOOLS[params.name];
    if (diagnostic !== undefined) return diagnostic();
    const own = MCP_TOOLS.find(({ definition }) => definition.name === params.name);
    if (own === undefined) {
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, "Cannot call tool: there is none");
    }
    const call = {
      signal,
      principal: { name: "owner", permission: "full" } as const,
      session: undefined,
      onEvent() {},
      client: { kind: "cannot_ask" } as const,
      asked: undefined,
    };
    return await own.call(params.arguments, call, options.services);
  });
  return server;
}
