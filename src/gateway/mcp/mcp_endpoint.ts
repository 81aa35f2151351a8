import {
  createMcpHandler,
  isLegacyRequest,
  type McpRequestContext,
  type Server,
} from "@modelcontextprotocol/server";
import type { Principal } from "../../model/permission.ts";
import { callerOf, toAuthInfo } from "../check_token.ts";
import type { GatewayServices } from "../gateway_services.ts";
import {
  createMcpServer,
  type CreateMcpServerOptions,
  introduce,
  newStateKey,
} from "./create_mcp_server.ts";
import { endSession, McpSessions, refuseMessage } from "./mcp_sessions.ts";
import type { McpServices } from "./mcp_tool.ts";

/** The MCP endpoint over Streamable HTTP; callers are authenticated before. */
export interface McpEndpoint {
  /** Answers a request to the endpoint. */
  fetch(request: Request, principal: Principal): Promise<Response>;
  /** Sends the responses of active calls, and ends all sessions and streams. */
  close(): Promise<void>;
}

const PARSE_ERROR = -32_700;
const INVALID_REQUEST = -32_600;
/** Messages of a batch, in the revision that has batches. */
const MAX_BATCH = 100;

/**
 * Makes the endpoint. A client of 2026-07-28 has no session, and each of its runs has a workspace of
 * its own unless it names a session; a client of an earlier revision begins with a handshake, and its
 * session is an Airlock session.
 */
export function createMcpEndpoint(
  gateway: GatewayServices,
  { createServer = createMcpServer, stateKey = newStateKey() }: {
    /** Seals the state that clients keep between two calls. Default: one for this endpoint only. */
    readonly stateKey?: Uint8Array;
    /** Makes the server of a session or a request. */
    readonly createServer?: (options: CreateMcpServerOptions) => Server;
  } = {},
): McpEndpoint {
  const { runtime, report } = gateway;
  const active = new Set<Promise<unknown>>();
  const services: McpServices = {
    ...gateway,
    stateKey,
    track(work) {
      active.add(work);
      const remove = () => void active.delete(work);
      work.then(remove, remove);
    },
  };
  const sessions = new McpSessions({
    async createServer(session, owner) {
      const instructions = await introduce(runtime, owner);
      return createServer({ services, session, instructions });
    },
    onEnd: (session) => services.track(endSession(runtime, session)),
    report,
  });
  const modern = createMcpHandler(async (context) => {
    const instructions = isDiscovery(context)
      ? await introduce(runtime, callerOf(context).name)
      : undefined;
    return createServer({ services, ...(instructions !== undefined && { instructions }) });
  }, {
    legacy: "reject",
    maxRequestBodySize: runtime.config.gateway.bodyBytes,
  });
  return {
    async fetch(request, principal) {
      const authInfo = toAuthInfo(principal);
      if (request.method !== "POST") return await sessions.fetch(request, { authInfo });
      const body = await readJson(request);
      if (body === undefined) return refuseMessage(400, PARSE_ERROR, "Parse error: no JSON");
      if (Array.isArray(body) && body.length > MAX_BATCH) {
        const message = `Cannot read batch: it has more than ${MAX_BATCH} messages`;
        return refuseMessage(400, INVALID_REQUEST, message);
      }
      return await isLegacyRequest(request, body)
        ? await sessions.fetch(request, { authInfo, parsedBody: body })
        : await modern.fetch(request, { authInfo, parsedBody: body });
    },
    async close() {
      await Promise.allSettled(active);
      // The library writes a response in the turn in which it gets the result.
      await new Promise((resolve) => setTimeout(resolve));
      await Promise.all([sessions.close(), modern.close()]);
      await Promise.allSettled(active);
    },
  };
}

/** Only discovery waits for the instructions. */
function isDiscovery({ requestInfo }: McpRequestContext): boolean {
  return requestInfo?.headers.get("mcp-method") === "server/discover";
}

async function readJson(request: Request): Promise<unknown> {
  try {
    return await request.json();
  } catch {
    return undefined;
  }
}
