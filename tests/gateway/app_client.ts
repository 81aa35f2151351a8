import { assertEquals } from "@std/assert";
import { createApp } from "../../src/gateway/create_app.ts";
import { createMcpEndpoint } from "../../src/gateway/mcp/mcp_endpoint.ts";
import type { toRefusal } from "../../src/gateway/problem.ts";
import { RunSlots } from "../../src/gateway/run_slots.ts";
import { createFakeRuntime, type FakeRuntime, type FakeRuntimeOptions } from "./fake_runtime.ts";

/** The token of every gateway that is tested without a socket. */
export const TOKEN = "airlock_0123456789abcdef0123456789abcdef";

/** Where it would listen. */
export const HOST = "127.0.0.1:7420";

/** An app without a socket, and a way to ask it as a client does that has the token. */
export interface AppClient {
  readonly runtime: FakeRuntime;
  readonly slots: RunSlots;
  /** What the app has reported to whoever runs it. */
  readonly reported: readonly unknown[];
  /** What it has said of programs. */
  readonly warned: readonly string[];
  /** Sends a request with the right host and token, unless its headers say otherwise. */
  send(path: string, init?: RequestInit): Promise<Response>;
  /** Sends a program. */
  run(body: unknown, init?: RequestInit): Promise<Response>;
}

type Problem = ReturnType<typeof toRefusal>["problem"];

/** Makes an app over a runtime in memory. */
export async function createAppClient(options: FakeRuntimeOptions = {}): Promise<AppClient> {
  const runtime = await createFakeRuntime(options);
  const { concurrentRuns } = runtime.config.gateway;
  const slots = new RunSlots({ running: concurrentRuns, waiting: 0, waitMs: 1 });
  const reported: unknown[] = [];
  const warned: string[] = [];
  const report = (error: unknown) => void reported.push(error);
  const warn = (line: string) => void warned.push(line);
  const mcp = createMcpEndpoint({ runtime, slots, report, warn });
  const hosts = new Set([HOST]);
  const app = createApp({ runtime, token: TOKEN, hosts, slots, mcp, report, warn });
  const send = async (path: string, init: RequestInit = {}) => {
    const headers = new Headers({ authorization: `Bearer ${TOKEN}` });
    for (const [name, value] of new Headers(init.headers)) headers.set(name, value);
    return await app.request(`http://${HOST}${path}`, { ...init, headers });
  };
  return {
    runtime,
    slots,
    reported,
    warned,
    send,
    run: (body, init = {}) =>
      send("/v1/runs", {
        method: "POST",
        body: typeof body === "string" ? body : JSON.stringify(body),
        ...init,
        headers: { "content-type": "application/json", ...init.headers as Record<string, string> },
      }),
  };
}

/** Reads a refusal, and holds it to the shape that all have. */
export async function readProblem(response: Response): Promise<Problem> {
  assertEquals(response.headers.get("content-type"), "application/problem+json");
  const problem = await response.json();
  assertEquals(problem.type, "about:blank");
  assertEquals(problem.status, response.status);
  return problem;
}
