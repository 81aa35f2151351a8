import {
  isInitializeRequest,
  type Server,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import { refuseMessage } from "./refuse_message.ts";

/** Options of {@linkcode McpSessions}. */
export interface McpSessionsOptions {
  /** Makes the server of a session; `session` is the name of the Airlock session it stands for. */
  readonly createServer: (session: string) => Promise<Server>;
  /** Hears of each session that has ended. */
  readonly ended: (session: string) => void;
  readonly report: (error: unknown) => void;
  /** Beyond this many, who has been silent for longest must begin anew. Default: 256. */
  readonly maxSessions?: number;
}

interface McpSession {
  readonly server: Server;
  readonly transport: WebStandardStreamableHTTPServerTransport;
}

const DEFAULT_MAX_SESSIONS = 256;

/** Sessions of the protocol's revisions that begin with a handshake. */
export class McpSessions {
  readonly #options: McpSessionsOptions;
  readonly #maxSessions: number;
  /** In the order of their last requests. */
  readonly #sessions = new Map<string, McpSession>();

  constructor(options: McpSessionsOptions) {
    this.#options = options;
    this.#maxSessions = options.maxSessions ?? DEFAULT_MAX_SESSIONS;
  }

  /** Answers a request; `body` is its parsed body, where it has one. */
  async fetch(request: Request, body: unknown): Promise<Response> {
    const id = request.headers.get("mcp-session-id");
    const parsed = body === undefined ? {} : { parsedBody: body };
    if (id !== null) {
      const session = this.#sessions.get(id);
      if (session === undefined) {
        return refuseMessage(404, -32_001, "Session not found: it has ended, or never was");
      }
      this.#sessions.delete(id);
      this.#sessions.set(id, session);
      return await session.transport.handleRequest(request, parsed);
    }
    if (!isInitializeRequest(body)) {
      return refuseMessage(400, -32_600, "Cannot answer: no session; begin with initialize");
    }
    const { transport } = await this.#begin();
    return await transport.handleRequest(request, parsed);
  }

  /** Ends all sessions and what is under way in them. */
  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map(({ server }) => server.close()));
  }

  async #begin(): Promise<McpSession> {
    // A name of its own: who learns it from a folder does not learn the key to the session.
    const name = `mcp-${crypto.randomUUID()}`;
    const server = await this.#options.createServer(name);
    const transport: McpSession["transport"] = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      onsessioninitialized: (id) => this.#add(id, { server, transport }),
    });
    server.onclose = () => {
      this.#sessions.delete(transport.sessionId ?? "");
      this.#options.ended(name);
    };
    await server.connect(transport);
    return { server, transport };
  }

  #add(id: string, session: McpSession): void {
    this.#sessions.set(id, session);
    const [oldest] = this.#sessions.values();
    if (this.#sessions.size > this.#maxSessions) oldest!.server.close().catch(this.#options.report);
  }
}
