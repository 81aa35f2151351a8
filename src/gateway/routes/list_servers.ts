import { createRoute, z } from "@hono/zod-openapi";
import type { ServerInfo } from "../../runtime/runtime_types.ts";
import type { AddRoute } from "../gateway_services.ts";
import { refusals } from "../refusals.ts";

const server = z.object({
  name: z.string(),
  kind: z.enum(["stdio", "npm", "remote"]),
  folder: z.string().optional().describe("Its folder under servers/; absent where it is disabled"),
  state: z.enum(["disabled", "idle", "connecting", "connected", "failed"]),
  tools: z.int().optional().describe("How many tools are known; absent until any are"),
  problems: z.array(z.object({ tool: z.string(), message: z.string() })).describe(
    "What was repaired or skipped in its catalogue",
  ),
  changed: z.array(z.object({ tool: z.string(), changes: z.array(z.string()) })).describe(
    "Tools that are no longer what was accepted, and what has changed",
  ),
  suspicious: z.array(z.object({ tool: z.string(), message: z.string() })).describe(
    "What in the words of its tools is there for a model",
  ),
  error: z.string().optional().describe("Why it failed"),
}).openapi("Server", {
  example: {
    name: "crm",
    kind: "stdio",
    folder: "crm",
    state: "connected",
    tools: 6,
    problems: [],
    changed: [],
    suspicious: [],
  },
});

const route = createRoute({
  method: "get",
  path: "/v1/servers",
  operationId: "listServers",
  summary: "All configured servers",
  description: "Starts none of them.",
  responses: {
    200: {
      description: "The servers, in the order of the configuration",
      content: { "application/json": { schema: z.object({ servers: z.array(server) }) } },
    },
    ...refusals(401, 403, 500),
  },
});

/** `GET /v1/servers` */
export const addListServers: AddRoute = (app, { runtime }) => {
  app.openapi(route, (c) => c.json({ servers: runtime.servers().map(show) }, 200));
};

/** All but what a server said last before it failed: that may name files of this machine. */
function show(
  { name, kind, folder, state, tools, problems, changed, suspicious, error }: ServerInfo,
) {
  return {
    name,
    kind,
    ...(folder !== undefined && { folder }),
    state,
    ...(tools !== undefined && { tools }),
    problems: problems.map(({ tool, message }) => ({ tool, message })),
    changed: changed.map(({ tool, changes }) => ({ tool, changes: [...changes] })),
    suspicious: suspicious.map(({ tool, message }) => ({ tool, message })),
    ...(error !== undefined && { error }),
  };
}
