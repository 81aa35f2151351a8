// @ts-types="@modelcontextprotocol/sdk/server"
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
// @ts-types="@modelcontextprotocol/sdk/server/sse"
import { SSEServerTransport } from "@modelcontextprotocol/sdk/server/sse.js";
// @ts-types="@modelcontextprotocol/sdk/server/streamableHttp"
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
// @ts-types="@modelcontextprotocol/sdk/types"
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A server on a loopback port. */
export interface HttpServer extends AsyncDisposable {
  readonly url: string;
  /** The headers of all requests so far. */
  readonly requests: readonly Headers[];
  /** Cuts the streams of all answers that are on their way: with an error, or as if they were done. */
  readonly interrupt: (how: "error" | "end") => void;
  /** Forgets all sessions, as a server does that was started again. */
  readonly forget: () => void;
  /** How many sessions it knows. */
  readonly sessions: () => number;
}

/** Options of {@linkcode serveStreamable}. */
export interface ServeStreamableOptions {
  /** Answers with JSON instead of an event stream. */
  readonly json?: boolean;
}

function makeServer(): Server {
  const server = new Server({ name: "http", version: "1" }, { capabilities: { tools: {} } });
  const names = ["echo", "hang", "huge", "fail"];
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: names.map((name) => ({ name, inputSchema: { type: "object" as const } })),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    const { name, arguments: args = {} } = params;
    if (name === "hang") await new Promise(() => {});
    if (name === "fail") throw new Error(`bad key ${args.key}`);
    const text = name === "huge" ? "x".repeat(Number(args.bytes)) : JSON.stringify(args);
    return { content: [{ type: "text", text }] };
  });
  return server;
}

/** Serves Streamable HTTP with sessions. */
export async function serveStreamable(
  { json = false }: ServeStreamableOptions = {},
): Promise<HttpServer> {
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  const start = async () => {
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      enableJsonResponse: json,
      onsessioninitialized: (id) => void sessions.set(id, transport),
      onsessionclosed: (id) => void sessions.delete(id),
    });
    await makeServer().connect(transport as Parameters<Server["connect"]>[0]);
    return transport;
  };
  return await serve({ path: "/mcp", sessions }, async (request, response) => {
    const id = request.headers["mcp-session-id"];
    const transport = id === undefined ? await start() : sessions.get(String(id));
    if (transport !== undefined) await transport.handleRequest(request, response);
    else response.writeHead(404).end("Session not found");
  });
}

/** Serves HTTP with SSE as in revision 2024-11-05, and knows nothing of what came after. */
export async function serveSse(): Promise<HttpServer> {
  const sessions = new Map<string, SSEServerTransport>();
  return await serve({ path: "/sse", sessions }, async (request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const session = sessions.get(url.searchParams.get("sessionId") ?? "");
    if (request.method === "GET" && url.pathname === "/sse") {
      const transport = new SSEServerTransport("/messages", response);
      sessions.set(transport.sessionId, transport);
      await makeServer().connect(transport);
    } else if (session !== undefined) {
      await session.handlePostMessage(request, response);
    } else {
      response.writeHead(405).end("Method not allowed");
    }
  });
}

async function serve(
  { path, sessions }: { path: string; sessions: Map<string, unknown> },
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<HttpServer> {
  const requests: Headers[] = [];
  const open = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    requests.push(new Headers(request.headers as Record<string, string>));
    open.add(response);
    response.on("close", () => open.delete(response));
    void handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    requests,
    interrupt: (how) =>
      open.forEach((response) => how === "end" ? response.end() : response.destroy()),
    forget: () => sessions.clear(),
    sessions: () => sessions.size,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
