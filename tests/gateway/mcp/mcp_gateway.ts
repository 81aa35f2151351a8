import { StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StreamableHTTPClientTransport as Sdk1HttpTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { startGateway } from "../../../src/gateway/start_gateway.ts";
import { createFakeRuntime, type FakeRuntime, type FakeRuntimeOptions } from "../fake_runtime.ts";
import { type ClientKind, connectClient, type TestClient } from "./mcp_clients.ts";

/** A gateway on a port of its own over a runtime in memory. */
export interface McpGateway {
  readonly runtime: FakeRuntime;
  /** Of the endpoint. */
  readonly url: string;
  /** What it asks for. */
  readonly authorization: string;
  connect(kind: ClientKind): Promise<TestClient>;
  /** Posts a message as it is; `init` may change its headers. */
  post(body: string, headers?: Record<string, string>): Promise<Response>;
}

/** Starts a gateway for a test, and stops it after. */
export async function withMcpGateway(
  options: FakeRuntimeOptions,
  test: (gateway: McpGateway) => Promise<void>,
): Promise<void> {
  const state = await Deno.makeTempDir();
  const { folders, gateway: limits, ...config } = options.config ?? {};
  const runtime = await createFakeRuntime({
    ...options,
    config: { ...config, folders: { ...folders, state }, gateway: { port: 0, ...limits } },
  });
  const gateway = await startGateway(runtime);
  const url = `${gateway.url}/mcp`;
  const authorization = `Bearer ${(await Deno.readTextFile(gateway.tokenPath)).trim()}`;
  const requestInit = { headers: { authorization } };
  try {
    await test({
      runtime,
      url,
      authorization,
      async connect(kind) {
        const Transport = kind === "sdk1" ? Sdk1HttpTransport : StreamableHTTPClientTransport;
        return await connectClient(kind, new Transport(new URL(url), { requestInit }));
      },
      post: (body, headers = {}) =>
        fetch(url, {
          method: "POST",
          body,
          headers: {
            authorization,
            "content-type": "application/json",
            accept: "application/json, text/event-stream",
            ...headers,
          },
        }),
    });
  } finally {
    await runtime[Symbol.asyncDispose]();
    await gateway.stop();
    await Deno.remove(state, { recursive: true });
  }
}
