import { startGateway } from "../../src/gateway/start_gateway.ts";
import type { Runtime } from "../../src/runs/runtime.ts";

/** Airlock as a model meets it. */
export interface PrivacySession extends AsyncDisposable {
  /** What stands in the context before anything is asked: texts, or the most they may cost. */
  readonly definitions: readonly string[] | number;
  /** The text of a result. */
  call(tool: string, input: object): Promise<string>;
}

/** What the endpoint's definitions and its instructions may cost together. */
const BUDGET = 700 + 300;

/** Opens the MCP endpoint of a runtime; where it has none yet, the same texts without it. */
export async function openPrivacySession(runtime: Runtime): Promise<PrivacySession> {
  const gateway = await startGateway(runtime, { port: 0 });
  const token = (await Deno.readTextFile(gateway.tokenPath)).trim();
  const send = rpcClient(`${gateway.url}/mcp`, token);
  const close = { [Symbol.asyncDispose]: () => gateway.stop() };
  const greeting = await send("initialize", {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "bench", version: "1" },
  });
  if (greeting === undefined) return { ...close, definitions: BUDGET, call: libraryCall(runtime) };
  await send("notifications/initialized");
  const { tools } = await send("tools/list", {});
  return {
    ...close,
    definitions: [
      String(greeting.instructions ?? ""),
      ...tools.map((tool: object) => JSON.stringify(definitionOf(tool))),
    ],
    call: async (name, input) => {
      const { content } = await send("tools/call", { name, arguments: input });
      return content.map(({ text }: { text: string }) => text).join("\n");
    },
  };
}

/** What a client gives a model of a tool: no client is known that gives its output schema. */
export function definitionOf(tool: object) {
  const { name, description, inputSchema } = tool as Record<string, unknown>;
  return { name, description, input_schema: inputSchema };
}

// deno-lint-ignore no-explicit-any -- the endpoint answers what it answers
type Json = any;

/** Asks an endpoint; undefined where there is none. */
function rpcClient(url: string, token: string) {
  const headers: Record<string, string> = {
    "authorization": `Bearer ${token}`,
    "content-type": "application/json",
    "accept": "application/json, text/event-stream",
  };
  let id = 0;
  return async (method: string, params?: object): Promise<Json> => {
    const isCall = params !== undefined;
    const body = JSON.stringify({ jsonrpc: "2.0", method, params, ...(isCall && { id: ++id }) });
    const response = await fetch(url, { method: "POST", headers, body });
    const text = await response.text();
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`Cannot ask endpoint: ${response.status} ${text}`);
    const session = response.headers.get("mcp-session-id");
    if (session !== null) headers["mcp-session-id"] = session;
    if (!isCall) return undefined;
    const events = text.startsWith("{")
      ? [text]
      : text.split("\n").flatMap((line) => line.startsWith("data: {") ? [line.slice(6)] : []);
    const answer = events.map((event) => JSON.parse(event)).find((event) => event.id === id);
    if (answer?.result === undefined) throw new Error(`Cannot use answer to ${method}: ${text}`);
    return answer.result;
  };
}

function libraryCall(runtime: Runtime): PrivacySession["call"] {
  return async (tool, input) => {
    const { query, names, code, ...rest } = input as Json;
    if (tool === "search_tools") return (await runtime.searchTools(query, rest)).text;
    if (tool === "read_tools") return (await runtime.readTools(names)).text;
    const { value, logs, error } = await runtime.run({ code });
    if (error !== null) throw new Error(error.message);
    return [...logs.map(({ text }) => text), JSON.stringify(value)].join("\n");
  };
}
