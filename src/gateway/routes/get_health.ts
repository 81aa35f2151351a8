import { createRoute, z } from "@hono/zod-openapi";
import type { AddRoute } from "../gateway_services.ts";
import { refusals } from "../refusals.ts";

const health = z.object({ status: z.literal("ok") });

const route = createRoute({
  method: "get",
  path: "/healthz",
  operationId: "getHealth",
  summary: "Whether the gateway is alive",
  security: [],
  responses: {
    200: { description: "It is", content: { "application/json": { schema: health } } },
    ...refusals(403, 500),
  },
});

/** `GET /healthz` */
export const addGetHealth: AddRoute = (app) => {
  app.openapi(route, (c) => c.json({ status: "ok" as const }, 200));
};
