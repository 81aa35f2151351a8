import { serveStdio, StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import process from "node:process";
import { callerOf } from "../check_token.ts";
import type { GatewayServices } from "../gateway_services.ts";
import { BODY_BOUNDS, BOUNDS_IN_WORDS } from "../read_body.ts";
import { boundLines, type LineFault } from "./bound_lines.ts";
import { createMcpServer, introduce, newStateKey } from "./create_mcp_server.ts";
import { endSession } from "./mcp_sessions.ts";
import type { McpServices } from "./mcp_tool.ts";

const PARSE_ERROR = -32_700;
const INVALID_REQUEST = -32_600;

/**
 * Serves one client over standard input and output, and resolves when it has disconnected. A client
 * that begins with a handshake has one Airlock session for the whole connection.
 */
export async function serveMcpStdio({ stop, ...gateway }: GatewayServices & {
  /** Ends the connection, even if the client stays. */
  readonly stop?: AbortSignal;
}): Promise<void> {
  const { runtime, report } = gateway;
  const services: McpServices = { ...gateway, track() {}, stateKey: newStateKey() };
  const { bodyBytes: maxBytes } = runtime.config.gateway;
  // Only the invalid line is refused; the client's other messages are answered.
  const refuse = ({ id, code, message }: LineRefusal) =>
    transport.send({ jsonrpc: "2.0", id: id as string | number, error: { code, message } })
      .catch(report);
  const lines = boundLines({
    maxBytes,
    bounds: BODY_BOUNDS,
    onRefused: (id, fault) => void refuse({ id, ...explainLine(fault, maxBytes) }),
  });
  const transport = new ClientTransport(process.stdin.pipe(lines), process.stdout, {
    // A line and its end, and the end of the one before.
    maxBufferSize: maxBytes + 2,
  });
  const session = `mcp-${crypto.randomUUID()}`;
  const handle = serveStdio(async ({ era }) => {
    const instructions = await introduce(runtime, callerOf(undefined).name);
    return createMcpServer({ services, instructions, ...(era === "legacy" && { session }) });
  }, { transport, onerror: report });
  const end = () => void transport.close();
  if (stop?.aborted) end();
  stop?.addEventListener("abort", end, { once: true });
  await transport.closed;
  await handle.close();
  await endSession(runtime, session);
}

interface LineRefusal {
  readonly id: string | number | null;
  readonly code: number;
  readonly message: string;
}

function explainLine(fault: LineFault, maxBytes: number): Pick<LineRefusal, "code" | "message"> {
  if (fault.kind === "syntax") return { code: PARSE_ERROR, message: "Parse error: no JSON" };
  if (fault.kind === "message") {
    return { code: INVALID_REQUEST, message: "Cannot read message: it is none of JSON-RPC" };
  }
  const most = fault.kind === "bytes" ? `${maxBytes} bytes` : BOUNDS_IN_WORDS[fault.bound];
  return { code: INVALID_REQUEST, message: `Cannot read message: it has more than ${most}` };
}

/** A transport whose end can be awaited: the library uses the callback itself. */
class ClientTransport extends StdioServerTransport {
  readonly #closed = Promise.withResolvers<void>();

  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  override async close(): Promise<void> {
    await super.close();
    this.#closed.resolve();
  }
}
