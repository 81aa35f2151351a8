import { OpenAPIHono } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";
import { AirlockError } from "../model/errors.ts";
import type { Runtime } from "../runs/runtime.ts";
import { checkHost, checkToken, createPrincipalTokens, principalOf } from "./check_token.ts";
import type { AddRoute, GatewayServices } from "./gateway_services.ts";
import type { McpEndpoint } from "./mcp/mcp_endpoint.ts";
import { explainInvalidRequest, HttpError, toRefusal, toResponse } from "./problem.ts";
import { readBody } from "./read_body.ts";
import { registerRefusals } from "./responses.ts";
import { addApprovals } from "./routes/approvals.ts";
import { addCallTool, addForgetResults } from "./routes/calls.ts";
import { addGetMetrics, addGetPrometheus } from "./routes/metrics.ts";
import { addOpenRoutes } from "./routes/open_routes.ts";
import { addRuns } from "./routes/runs.ts";
import { addGetContext } from "./routes/search.ts";
import { addServers } from "./routes/servers.ts";
import { addSessions } from "./routes/sessions.ts";
import { addSkills } from "./routes/skills.ts";
import { addTools } from "./routes/tools.ts";
import type { RunSlots } from "./run_slots.ts";

/** Routes that require the token, in the order of the document. */
const ROUTES: readonly AddRoute[] = [
  addRuns,
  addApprovals,
  addServers,
  addTools,
  addCallTool,
  addGetContext,
  addGetMetrics,
  addSessions,
  addSkills,
  addGetPrometheus,
  addForgetResults,
];

/** Methods of Streamable HTTP: send a message, open a stream, end a session. */
const MCP_METHODS = ["POST", "GET", "DELETE"];

const BODY_TIMEOUT_MS = 30_000;

/** Makes the HTTP API of a runtime. */
export function createApp(options: {
  readonly runtime: Runtime;
  /** The owner's token, which every request but those to the open routes must carry, or a principal's. */
  readonly token: string;
  /** The allowed values of the header `Host`. */
  readonly hosts: ReadonlySet<string>;
  readonly slots: RunSlots;
  /** Serves `/mcp`. */
  readonly mcp: Pick<McpEndpoint, "fetch">;
  /** Default: `console.error`. */
  readonly report?: GatewayServices["report"];
  /** Default: `console.warn`. */
  readonly warn?: GatewayServices["warn"];
}): OpenAPIHono {
  const { runtime, token, hosts, slots, mcp } = options;
  const { report = console.error, warn = console.warn } = options;
  const services: GatewayServices = { runtime, slots, report, warn };
  const app = new OpenAPIHono({
    defaultHook(result) {
      if (!result.success) throw explainInvalidRequest(result.target, result.error);
    },
  });
  app.onError((error) => {
    const refusal = toRefusal(error);
    if (refusal.withheld) report(error);
    return toResponse(refusal);
  });
  app.notFound(() => toResponse(toRefusal(nothingThere())));
  registerRefusals(app);

  // In the order in which a request passes them.
  app.use(setHeaders);
  app.use(checkHost(hosts));
  app.use(methodNotAllowed({ app, onMethodNotAllowed: (_c, methods) => refuseMethod(methods) }));
  addOpenRoutes(app, services);
  app.use(checkToken(createPrincipalTokens(token, runtime.config.gateway)));
  app.use(readBody({
    maxBytes: runtime.config.gateway.bodyBytes,
    timeoutMs: BODY_TIMEOUT_MS,
  }));
  for (const add of ROUTES) add(app, services);
  app.on(MCP_METHODS, "/mcp", (c) => mcp.fetch(c.req.raw, principalOf(c)));
  return app;
}

const HEADERS: Readonly<Record<string, string>> = {
  // Compressed beside text of a caller, a secret shows by the length (BREACH).
  "Cache-Control": "no-store, no-transform",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
};

/** Keeps responses out of caches and foreign pages, and from being interpreted as another type. */
const setHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value);
};

function nothingThere(): AirlockError {
  return new AirlockError("NOT_FOUND", "Cannot answer request: there is nothing at this path");
}

function refuseMethod(methods: readonly string[]): Response {
  const error = new HttpError(
    "REQUEST_INVALID",
    `Cannot answer request: at this path only ${methods.join(", ")} can be used`,
    { status: 405, headers: { "Allow": methods.join(", ") } },
  );
  return toResponse(toRefusal(error));
}
