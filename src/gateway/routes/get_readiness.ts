import { createRoute, z } from "@hono/zod-openapi";
import { AirlockError } from "../../model/errors.ts";
import type { AddRoute } from "../gateway_services.ts";
import { refusals } from "../refusals.ts";

const readiness = z.object({ status: z.literal("ready") });

const route = createRoute({
  method: "get",
  path: "/readyz",
  operationId: "getReadiness",
  summary: "Whether the gateway takes runs",
  security: [],
  responses: {
    200: { description: "It does", content: { "application/json": { schema: readiness } } },
    ...refusals(403, 500, 503),
  },
});

/** `GET /readyz` */
export const addGetReadiness: AddRoute = (app, { slots }) => {
  app.openapi(route, (c) => {
    if (slots.closed) throw new AirlockError("BUSY", "Cannot take runs: the gateway is stopping");
    return c.json({ status: "ready" as const }, 200);
  });
};
