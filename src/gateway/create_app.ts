import { OpenAPIHono } from "@hono/zod-openapi";
import { methodNotAllowed } from "hono/method-not-allowed";
import { AirlockError } from "../model/errors.ts";
import type { Runtime } from "../runs/runtime_types.ts";
import { checkHost } from "./check_host.ts";
import { checkToken, principalOf } from "./check_token.ts";
import { explainInvalidRequest } from "./explain_invalid_request.ts";
import type { AddRoute, GatewayServices } from "./gateway_services.ts";
import { HttpError } from "./http_error.ts";
import type { McpEndpoint } from "./mcp/mcp_endpoint.ts";
import { createPrincipalTokens } from "./principal_tokens.ts";
import { toRefusal, toResponse } from "./problem.ts";
import { readBody } from "./read_body.ts";
import { registerRefusals } from "./refusals.ts";
import { addCallTool } from "./routes/call_tool.ts";
import { addApprovalRoutes } from "./routes/approvals.ts";
import { addCancelRun } from "./routes/cancel_run.ts";
import { addCreateRun } from "./routes/create_run.ts";
import { addForgetResults } from "./routes/forget_results.ts";
import { addGetContext } from "./routes/get_context.ts";
import { addGetDocument } from "./routes/get_document.ts";
import { addGetHealth } from "./routes/get_health.ts";
import { addGetMetrics } from "./routes/get_metrics.ts";
import { addGetPrometheus } from "./routes/get_prometheus.ts";
import { addGetReadiness } from "./routes/get_readiness.ts";
import { addGetRun } from "./routes/get_run.ts";
import { addGetTool } from "./routes/get_tool.ts";
import { addListServers } from "./routes/list_servers.ts";
import { addListTools } from "./routes/list_tools.ts";
import { addResumeRun } from "./routes/resume_run.ts";
import { addSessions } from "./routes/sessions.ts";
import { addSkills } from "./routes/skills.ts";
import type { RunSlots } from "./run_slots.ts";
import { setHeaders } from "./set_headers.ts";

/** Routes that need no token: they say nothing of this machine but that the gateway is there. */
const OPEN_ROUTES: readonly AddRoute[] = [addGetHealth, addGetReadiness, addGetDocument];

/** Routes behind the token. */
const ROUTES: readonly AddRoute[] = [
  addCreateRun,
  addGetRun,
  addCancelRun,
  addResumeRun,
  addApprovalRoutes,
  addListServers,
  addListTools,
  addGetTool,
  addCallTool,
  addGetContext,
  addGetMetrics,
  addSessions,
  addSkills,
  addGetPrometheus,
  addForgetResults,
];

/** What Streamable HTTP asks for: a message, a stream of them, the end of a session. */
const MCP_METHODS = ["POST", "GET", "DELETE"];

const BODY_TIMEOUT_MS = 30_000;

/** Options of {@linkcode createApp}. */
export interface CreateAppOptions {
  readonly runtime: Runtime;
  /** What every request must carry, but for those to the open routes. */
  readonly token: string;
  /** What a request may give as its host, each with the port. */
  readonly hosts: ReadonlySet<string>;
  readonly slots: RunSlots;
  /** What answers at `/mcp`. */
  readonly mcp: Pick<McpEndpoint, "fetch">;
  /** Hears of every error of which the caller is told less than it says. Default: to stderr. */
  readonly report?: (error: unknown) => void;
  /** Hears of every attempt of a program to go beyond its rights. Default: to stderr. */
  readonly warn?: (line: string) => void;
}

/** Makes the HTTP API of a runtime. */
export function createApp(options: CreateAppOptions): OpenAPIHono {
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
  for (const add of OPEN_ROUTES) add(app, services);
  app.use(checkToken(createPrincipalTokens(token, runtime.config.gateway)));
  app.use(readBody({
    maxBytes: runtime.config.gateway.bodyBytes,
    timeoutMs: BODY_TIMEOUT_MS,
  }));
  for (const add of ROUTES) add(app, services);
  app.on(MCP_METHODS, "/mcp", (c) => mcp.fetch(c.req.raw, principalOf(c)));
  return app;
}

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
