import {
  type AuthInfo,
  isInitializeRequest,
  type Server,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import { refuseMessage } from "./refuse_message.ts";

/** Options of {@linkcode McpSessions}. */
export interface McpSessionsOptions {
  /** Makes the server of a session; `session` is the name of the Airlock session it stands for, `owner` whose. */
  readonly createServer: (session: string, owner: string) => Promise<Server>;
  /** Hears of each session that has ended. */
  readonly ended: (session: string) => void;
  readonly report: (error: unknown) => void;
  /**
   * Beyond this many, that of whoever has most which was silent for longest must begin anew. Default: 256.
   */
  readonly maxSessions?: number;
  /** Beyond this many of one principal, its own that was silent for longest. Default: a quarter of all. */
  readonly maxOfOne?: number;
}

/** A request to a session, beside what HTTP says of it. */
export interface McpSessionRequest {
  /** Who asks. */
  readonly authInfo: AuthInfo;
  /** Its body, where it has one. */
  readonly parsedBody?: unknown;
}

interface McpSession {
  /** Who began it. */
  readonly owner: string;
  readonly server: Server;
  readonly transport: WebStandardStreamableHTTPServerTransport;
}

const DEFAULT_MAX_SESSIONS = 256;

/** Sessions of the protocol's revisions that begin with a handshake. */
export class McpSessions {
  readonly #options: McpSessionsOptions;
  readonly #maxSessions: number;
  readonly #maxOfOne: number;
  /** In the order of their last requests. */
  readonly #sessions = new Map<string, McpSession>();

  constructor(options: McpSessionsOptions) {
    this.#options = options;
    this.#maxSessions = options.maxSessions ?? DEFAULT_MAX_SESSIONS;
    this.#maxOfOne = options.maxOfOne ?? Math.ceil(this.#maxSessions / 4);
  }

  /** Answers a request. */
  async fetch(request: Request, parsed: McpSessionRequest): Promise<Response> {
    const { authInfo: { clientId: owner }, parsedBody: body } = parsed;
    const id = request.headers.get("mcp-session-id");
    if (id !== null) {
      const session = this.#sessions.get(id);
      // Another's session is none, whoever has learned of its id.
      if (session === undefined || session.owner !== owner) {
        return refuseMessage(404, -32_001, "Session not found: it has ended, or never was");
      }
      this.#sessions.delete(id);
      this.#sessions.set(id, session);
      return await session.transport.handleRequest(request, parsed);
    }
    if (!isInitializeRequest(body)) {
      return refuseMessage(400, -32_600, "Cannot answer: no session; begin with initialize");
    }
    const { transport } = await this.#begin(owner);
    return await transport.handleRequest(request, parsed);
  }

  /** Ends all sessions and what is under way in them. */
  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map(({ server }) => server.close()));
  }

  async #begin(owner: string): Promise<McpSession> {
    // A name of its own: who learns it from a folder does not learn the key to the session.
    const name = `mcp-${crypto.randomUUID()}`;
    const server = await this.#options.createServer(name, owner);
    const transport: McpSession["transport"] = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      onsessioninitialized: (id) => this.#add(id, { server, transport, owner }),
    });
    server.onclose = () => {
      this.#sessions.delete(transport.sessionId ?? "");
      this.#options.ended(name);
    };
    await server.connect(transport);
    return { server, transport, owner };
  }

  #add(id: string, session: McpSession): void {
    this.#sessions.set(id, session);
    const owners = Map.groupBy(this.#sessions.values(), ({ owner }) => owner);
    const own = owners.get(session.owner)!;
    const [most = own] = [...owners.values()].toSorted((a, b) => b.length - a.length);
    const goes = own.length > this.#maxOfOne
      ? own[0]
      : this.#sessions.size > this.#maxSessions
      ? most[0]
      : undefined;
    goes?.server.close().catch(this.#options.report);
  }
}
