import { createRoute } from "@hono/zod-openapi";
import { AirlockError } from "../../model/errors.ts";
import { knownRun, runPath } from "../api_schemas.ts";
import { principalOf } from "../check_token.ts";
import type { AddRoute } from "../gateway_services.ts";
import { refusals } from "../refusals.ts";

const route = createRoute({
  method: "get",
  path: "/v1/runs/{id}",
  operationId: "getRun",
  summary: "What is known of a run",
  description: "Results are kept for some days; a run whose host died is `interrupted`. Another " +
    "principal's run is as one that never was; the owner knows all.",
  request: { params: runPath },
  responses: {
    200: {
      description: "The run is under way, or has its result",
      content: { "application/json": { schema: knownRun } },
    },
    ...refusals(400, 401, 403, 404, 500),
  },
});

/** `GET /v1/runs/{id}` */
export const addGetRun: AddRoute = (app, { runtime }) => {
  app.openapi(route, (c) => {
    const { id: runId } = c.req.valid("param");
    const known = runtime.find(runId, principalOf(c));
    if (known === undefined) {
      throw new AirlockError("NOT_FOUND", "Cannot find run: none is known by this id");
    }
    return c.json({ runId, ...known }, 200);
  });
};
