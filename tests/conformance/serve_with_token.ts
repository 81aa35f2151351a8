import { createApp } from "../../src/gateway/create_app.ts";
import { createMcpEndpoint } from "../../src/gateway/mcp/mcp_endpoint.ts";
import { ownHosts } from "../../src/gateway/check_token.ts";
import { RunSlots } from "../../src/gateway/run_slots.ts";
import type { Runtime } from "../../src/runs/runtime.ts";

/** The gateway as it is, for a client that cannot send a token: it is added on the way. */
export interface TokenServer extends AsyncDisposable {
  /** Of the MCP endpoint. */
  readonly url: string;
}

/** Serves a runtime on a port of its own. */
export function serveWithToken(
  runtime: Runtime,
  options: Parameters<typeof createMcpEndpoint>[1] = {},
): TokenServer {
  const token = crypto.randomUUID();
  const slots = new RunSlots({ running: 4, waiting: 100, waitMs: 30_000 });
  const report = console.error;
  const mcp = createMcpEndpoint({ runtime, slots, report, warn: report }, options);
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const headers = new Headers(request.headers);
    headers.set("authorization", `Bearer ${token}`);
    return app.fetch(new Request(request, { headers }));
  });
  const hosts = ownHosts({ host: "127.0.0.1", port: server.addr.port });
  const app = createApp({ runtime, token, hosts, slots, mcp, report });
  return {
    url: `http://127.0.0.1:${server.addr.port}/mcp`,
    async [Symbol.asyncDispose]() {
      await mcp.close();
      await server.shutdown();
    },
  };
}
