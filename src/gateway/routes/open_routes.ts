import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import manifest from "../../../deno.json" with { type: "json" };
import { AirlockError } from "../../model/errors.ts";
import type { AddRoute } from "../gateway_services.ts";
import { answer, JSON_TYPE, refusals } from "../responses.ts";

const getHealth = createRoute({
  method: "get",
  path: "/healthz",
  operationId: "getHealth",
  summary: "Whether the gateway is alive",
  security: [],
  responses: {
    200: answer("It is", z.object({ status: z.literal("ok") })),
    ...refusals(403, 500),
  },
});

const getReadiness = createRoute({
  method: "get",
  path: "/readyz",
  operationId: "getReadiness",
  summary: "Whether the gateway takes runs",
  security: [],
  responses: {
    200: answer("It does", z.object({ status: z.literal("ready") })),
    ...refusals(403, 500, 503),
  },
});

/**
 * The routes that need no token: `GET /healthz`, `GET /readyz` and `GET /openapi.json`. They reveal
 * nothing about this machine but that the gateway runs.
 */
export const addOpenRoutes: AddRoute = (app, { slots }) => {
  app.openapi(getHealth, (c) => c.json({ status: "ok" as const }, 200));
  app.openapi(getReadiness, (c) => {
    if (slots.closed) throw new AirlockError("BUSY", "Cannot take runs: the gateway is stopping");
    return c.json({ status: "ready" as const }, 200);
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    description: "The token that the gateway made on its first start and names when it starts",
  });
  // Made once: callers without a token may request it without limit.
  let text: string | undefined;
  app.get("/openapi.json", (c) => {
    text ??= JSON.stringify(describe(app));
    return c.body(text, 200, { "Content-Type": JSON_TYPE });
  });
};

function describe(app: OpenAPIHono) {
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Airlock",
      version: manifest.version,
      description:
        "Runs programs that agents write, and lets them call the tools of MCP servers. " +
        "Every refusal is a problem (RFC 9457) with a `code` to decide by. " +
        "No page of another origin may use the API, and none is given leave by CORS.",
      license: { name: "MIT" },
    },
    servers: [{ url: "/" }],
    security: [{ bearer: [] }],
  });
}
