import { join } from "@std/path";
import {
  type AuthInfo,
  isInitializeRequest,
  type Server,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import type { Runtime } from "../../runs/runtime.ts";
import { sessionIdOf } from "../../workspace/session_id.ts";

interface McpSessionsOptions {
  /** Makes the server of a session for its owner; `session` is the name of the Airlock session. */
  readonly createServer: (session: string, owner: string) => Promise<Server>;
  /** Called for each session that has ended. */
  readonly onEnd: (session: string) => void;
  readonly report: (error: unknown) => void;
  /** Beyond it, the least recently used session of the principal with the most ends. Default: 256. */
  readonly maxSessions?: number;
  /** Beyond it, the principal's own least recently used session ends. Default: a quarter of all. */
  readonly maxOfOne?: number;
}

interface McpSession {
  readonly owner: string;
  readonly server: Server;
  readonly transport: WebStandardStreamableHTTPServerTransport;
}

const DEFAULT_MAX_SESSIONS = 256;

/** Sessions of the protocol revisions that begin with a handshake. */
export class McpSessions {
  readonly #options: McpSessionsOptions;
  readonly #maxSessions: number;
  readonly #maxOfOne: number;
  /** Least recently used first. */
  readonly #sessions = new Map<string, McpSession>();

  constructor(options: McpSessionsOptions) {
    this.#options = options;
    this.#maxSessions = options.maxSessions ?? DEFAULT_MAX_SESSIONS;
    this.#maxOfOne = options.maxOfOne ?? Math.ceil(this.#maxSessions / 4);
  }

  /** Answers a request. */
  async fetch(
    request: Request,
    parsed: { readonly authInfo: AuthInfo; readonly parsedBody?: unknown },
  ): Promise<Response> {
    const { authInfo: { clientId: owner }, parsedBody: body } = parsed;
    const id = request.headers.get("mcp-session-id");
    if (id !== null) {
      const session = this.#sessions.get(id);
      // A session of another principal does not exist for this one.
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

  /** Ends all sessions and their active requests. */
  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map(({ server }) => server.close()));
  }

  async #begin(owner: string): Promise<McpSession> {
    // Not the session id: a folder with this name does not reveal the key to the session.
    const name = `mcp-${crypto.randomUUID()}`;
    const server = await this.#options.createServer(name, owner);
    const transport: McpSession["transport"] = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      onsessioninitialized: (id) => this.#add(id, { server, transport, owner }),
    });
    server.onclose = () => {
      this.#sessions.delete(transport.sessionId ?? "");
      this.#options.onEnd(name);
    };
    await server.connect(transport);
    return { server, transport, owner };
  }

  #add(id: string, session: McpSession): void {
    this.#sessions.set(id, session);
    const owners = Map.groupBy(this.#sessions.values(), ({ owner }) => owner);
    const own = owners.get(session.owner)!;
    const [most = own] = [...owners.values()].toSorted((a, b) => b.length - a.length);
    const evicted = own.length > this.#maxOfOne
      ? own[0]
      : this.#sessions.size > this.#maxSessions
      ? most[0]
      : undefined;
    evicted?.server.close().catch(this.#options.report);
  }
}

/** Closes the Airlock session of an MCP session that has ended, unless its runs left files. */
export async function endSession({ config, sessions }: Runtime, name: string): Promise<void> {
  // The name is unique: the endpoint made it.
  const key = (await sessions.list()).find((session) => session.name === name);
  if (key === undefined) return;
  try {
    const folder = join(config.folders.workspace, sessionIdOf(key));
    for await (const _file of Deno.readDir(folder)) return;
    await sessions.close(key);
  } catch {
    // A run is still active in it: the session expires later, like those with files.
  }
}

/** Makes the response to a message that reaches no server. */
export function refuseMessage(status: number, code: number, message: string): Response {
  return Response.json({ jsonrpc: "2.0", id: null, error: { code, message } }, { status });
}
