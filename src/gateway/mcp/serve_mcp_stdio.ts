import { serveStdio, StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import process from "node:process";
import type { GatewayServices } from "../gateway_services.ts";
import { createMcpServer } from "./create_mcp_server.ts";
import { endSession } from "./end_session.ts";
import { callerOf } from "./caller_auth.ts";
import { introduce } from "./introduce.ts";
import type { McpServices } from "./mcp_tool.ts";
import { newStateKey } from "./new_state_key.ts";

/**
 * Serves one client over standard input and output, and resolves when it has gone. A client that
 * begins with a handshake has one session of Airlock as long as it stays.
 */
export async function serveMcpStdio(gateway: GatewayServices): Promise<void> {
  const { runtime, report } = gateway;
  const services: McpServices = { ...gateway, track() {}, stateKey: newStateKey() };
  const transport = new ClientTransport(process.stdin, process.stdout, {
    maxBufferSize: runtime.config.gateway.bodyBytes,
  });
  const session = `mcp-${crypto.randomUUID()}`;
  const handle = serveStdio(async ({ era }) => {
    const instructions = await introduce(runtime, callerOf(undefined).name);
    return createMcpServer({ services, instructions, ...(era === "legacy" && { session }) });
  }, { transport, onerror: report });
  await transport.closed;
  await handle.close();
  await endSession(runtime, session);
}

/** A transport that can be waited for: the callback that tells of its end is the library's. */
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
