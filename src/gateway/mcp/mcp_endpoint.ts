import {
  createMcpHandler,
  isLegacyRequest,
  type McpRequestContext,
  type Server,
} from "@modelcontextprotocol/server";
import type { Principal } from "../../model/permission.ts";
import type { GatewayServices } from "../gateway_services.ts";
import { callerOf, toAuthInfo } from "./caller_auth.ts";
import { createMcpServer, type CreateMcpServerOptions } from "./create_mcp_server.ts";
import { endSession } from "./end_session.ts";
import { introduce } from "./introduce.ts";
import { McpSessions } from "./mcp_sessions.ts";
import type { McpServices } from "./mcp_tool.ts";
import { newStateKey } from "./new_state_key.ts";
import { refuseMessage } from "./refuse_message.ts";

/** The MCP endpoint over Streamable HTTP. Who may ask it, and how much, is decided before. */
export interface McpEndpoint {
  /** Answers a request to the endpoint. */
  fetch(request: Request, principal: Principal): Promise<Response>;
  /** Gives the answers that are on their way, and ends all sessions and streams. */
  close(): Promise<void>;
}

/** Options of {@linkcode createMcpEndpoint}. */
export interface CreateMcpEndpointOptions {
  /** Seals what clients keep between two calls. Default: one that is gone with the endpoint. */
  readonly stateKey?: Uint8Array;
  /** Makes the server of a session or a request. Default: {@linkcode createMcpServer}. */
  readonly createServer?: (options: CreateMcpServerOptions) => Server;
}

const PARSE_ERROR = -32_700;
const INVALID_REQUEST = -32_600;
/** Messages at once, of the revision that has batches. */
const MAX_BATCH = 100;

/**
 * Makes the endpoint. A client of 2026-07-28 asks without a session, and each of its runs has a
 * workspace of its own unless it names one; a client of the revisions before it begins with a
 * handshake, and its session is one of Airlock's.
 */
export function createMcpEndpoint(
  gateway: GatewayServices,
  { createServer = createMcpServer, stateKey = newStateKey() }: CreateMcpEndpointOptions = {},
): McpEndpoint {
  const { runtime, report } = gateway;
  const underWay = new Set<Promise<unknown>>();
  const services: McpServices = {
    ...gateway,
    stateKey,
    track(work) {
      underWay.add(work);
      const forget = () => void underWay.delete(work);
      work.then(forget, forget);
    },
  };
  const sessions = new McpSessions({
    async createServer(session, owner) {
      const instructions = await introduce(runtime, owner);
      return createServer({ services, session, instructions });
    },
    ended: (session) => services.track(endSession(runtime, session)),
    report,
  });
  const modern = createMcpHandler(async (context) => {
    const instructions = asksWhatIsThere(context)
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
      await Promise.allSettled(underWay);
      // The library writes an answer down in the turn in which it has it.
      await new Promise((resolve) => setTimeout(resolve));
      await Promise.all([sessions.close(), modern.close()]);
      await Promise.allSettled(underWay);
    },
  };
}

/** Nobody else waits until it is known. */
function asksWhatIsThere({ requestInfo }: McpRequestContext): boolean {
  return requestInfo?.headers.get("mcp-method") === "server/discover";
}

async function readJson(request: Request): Promise<unknown> {
  try {
    return await request.json();
  } catch {
    return undefined;
  }
}
