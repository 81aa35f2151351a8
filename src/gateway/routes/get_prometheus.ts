import { createRoute, z } from "@hono/zod-openapi";
import type { AddRoute } from "../gateway_services.ts";
import { refusals } from "../refusals.ts";

const TEXT = "text/plain; version=0.0.4; charset=utf-8";

const route = createRoute({
  method: "get",
  path: "/metrics",
  operationId: "getPrometheus",
  summary: "All figures in the text format of Prometheus",
  description: "Counted from the start of the gateway. Give Prometheus the token as bearer token.",
  responses: {
    200: {
      description: "The figures",
      content: {
        "text/plain": {
          schema: z.string(),
          example: 'airlock_runs_total{status="completed",risk="low",mode="program"} 3\n',
        },
      },
    },
    ...refusals(401, 403, 500),
  },
});

/** `GET /metrics` */
export const addGetPrometheus: AddRoute = (app, { runtime }) => {
  app.openapi(
    route,
    async () => new Response(await runtime.metricsText(), { headers: { "Content-Type": TEXT } }),
  );
};
