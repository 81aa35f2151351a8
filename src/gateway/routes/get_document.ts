import type { OpenAPIHono } from "@hono/zod-openapi";
import manifest from "../../../deno.json" with { type: "json" };
import type { AddRoute } from "../gateway_services.ts";

/** `GET /openapi.json`: what this file and its neighbours say, and nothing of this machine. */
export const addGetDocument: AddRoute = (app) => {
  app.openAPIRegistry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    description: "The token that the gateway made on its first start and names when it starts",
  });
  // Strangers may ask for it as often as they like.
  let text: string | undefined;
  app.get("/openapi.json", (c) => {
    text ??= JSON.stringify(describe(app));
    return c.body(text, 200, { "Content-Type": "application/json" });
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
