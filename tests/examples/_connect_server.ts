// @ts-types="@modelcontextprotocol/sdk/client"
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { CallToolResult, Tool } from "@modelcontextprotocol/sdk/types";
import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { LineProcess } from "../fixtures/servers/line_process.ts";
import { ProcessTransport } from "../fixtures/servers/process_transport.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));

/** A sample server that runs as its own process, and what tests ask of it. */
export interface ServerConnection extends AsyncDisposable {
  tools(): Promise<Tool[]>;
  /** The whole result. */
  call(tool: string, args?: Record<string, unknown>): Promise<CallToolResult>;
  /** The structured content; fails the test where the result is an error. */
  structured<T>(tool: string, args?: Record<string, unknown>): Promise<T>;
  /** The parsed text of the only content block; fails the test where the result is an error. */
  json<T>(tool: string, args?: Record<string, unknown>): Promise<T>;
  /** The message of the error; fails the test where there is none. */
  failure(tool: string, args?: Record<string, unknown>): Promise<string>;
  /** The text of a resource. */
  resource(uri: string): Promise<string>;
}

/** Options of {@linkcode connectServer}. */
export interface ConnectServerOptions {
  /** Permission flags for Deno. Default: none. */
  readonly permissions?: readonly string[];
  readonly args?: readonly string[];
}

/** Starts a server of `examples/servers/`, with no permission but those given. */
export async function connectServer(
  name: string,
  { permissions = [], args = [] }: ConnectServerOptions = {},
): Promise<ServerConnection> {
  const server = `examples/servers/${name}.ts`;
  const process = new LineProcess(["run", "--no-prompt", ...permissions, server, ...args], ROOT);
  const client = new Client({ name: "test", version: "1.0.0" });
  await client.connect(new ProcessTransport(process));
  const call = async (tool: string, args: Record<string, unknown> = {}) =>
    await client.callTool({ name: tool, arguments: args }) as CallToolResult;
  const succeed = async (tool: string, args?: Record<string, unknown>) => {
    const result = await call(tool, args);
    assert(!result.isError, textOf(result));
    return result;
  };
  return {
    tools: async () => (await client.listTools()).tools,
    call,
    structured: async <T>(tool: string, args?: Record<string, unknown>) =>
      (await succeed(tool, args)).structuredContent as T,
    json: async <T>(tool: string, args?: Record<string, unknown>) =>
      JSON.parse(textOf(await succeed(tool, args))) as T,
    failure: async (tool, args) => {
      const result = await call(tool, args);
      assertEquals(result.isError, true);
      return textOf(result);
    },
    resource: async (uri) => {
      const [content] = (await client.readResource({ uri })).contents;
      return content && "text" in content ? content.text : "";
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}

function textOf({ content }: CallToolResult): string {
  assertEquals(content.length, 1);
  const [block] = content;
  assert(block?.type === "text");
  return block.text;
}
