// @ts-types="@modelcontextprotocol/sdk/server"
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
// @ts-types="@modelcontextprotocol/sdk/server/sse"
import { SSEServerTransport } from "@modelcontextprotocol/sdk/server/sse.js";
// @ts-types="@modelcontextprotocol/sdk/server/webStandardStreamableHttp"
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
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
export function serveStreamable({ json = false }: ServeStreamableOptions = {}): HttpServer {
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>();
  const requests: Headers[] = [];
  const cuts = new Set<(how: "error" | "end") => void>();
  const start = async () => {
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      enableJsonResponse: json,
      onsessioninitialized: (id) => void sessions.set(id, transport),
      onsessionclosed: (id) => void sessions.delete(id),
    });
    await makeServer().connect(transport);
    return transport;
  };
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      requests.push(request.headers);
      const id = request.headers.get("mcp-session-id");
      const transport = id === null ? await start() : sessions.get(id);
      if (transport === undefined) return new Response("Session not found", { status: 404 });
      return cuttable(await transport.handleRequest(request), cuts);
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}/mcp`,
    requests,
    interrupt: (how) => cuts.forEach((cut) => cut(how)),
    forget: () => sessions.clear(),
    sessions: () => sessions.size,
    async [Symbol.asyncDispose]() {
      cuts.forEach((cut) => cut("end"));
      await server.shutdown();
    },
  };
}

function cuttable(response: Response, cuts: Set<(how: "error" | "end") => void>): Response {
  if (response.body === null) return response;
  const reader = response.body.getReader();
  let cut = (_how: "error" | "end") => {};
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      cut = (how) => {
        cuts.delete(cut);
        if (how === "end") controller.close();
        else controller.error(new Error("cut"));
        reader.cancel().catch(() => {});
      };
      cuts.add(cut);
    },
    async pull(controller) {
      const { value } = await reader.read();
      if (!cuts.has(cut)) return;
      if (value !== undefined) return controller.enqueue(value);
      cuts.delete(cut);
      controller.close();
    },
    async cancel() {
      cuts.delete(cut);
      await reader.cancel();
    },
  });
  const { status, headers } = response;
  return new Response(body, { status, headers });
}

/** Serves HTTP with SSE as in revision 2024-11-05, and knows nothing of what came after. */
export async function serveSse(): Promise<HttpServer> {
  const sessions = new Map<string, SSEServerTransport>();
  const requests: Headers[] = [];
  const open = new Set<ServerResponse>();
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    requests.push(new Headers(request.headers as Record<string, string>));
    const url = new URL(request.url ?? "/", "http://localhost");
    if (request.method === "GET" && url.pathname === "/sse") {
      const transport = new SSEServerTransport("/messages", response);
      sessions.set(transport.sessionId, transport);
      open.add(response);
      await makeServer().connect(transport);
      return;
    }
    const session = sessions.get(url.searchParams.get("sessionId") ?? "");
    if (request.method === "POST" && url.pathname === "/messages" && session !== undefined) {
      await session.handlePostMessage(request, response);
      return;
    }
    response.writeHead(405).end("Method not allowed");
  };
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const interrupt = () => open.forEach((response) => response.destroy());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/sse`,
    requests,
    interrupt,
    forget: () => sessions.clear(),
    sessions: () => sessions.size,
    async [Symbol.asyncDispose]() {
      interrupt();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
