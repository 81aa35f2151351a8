import { createRoute } from "@hono/zod-openapi";
import { AirlockError } from "../../model/errors.ts";
import { knownRun, runPath } from "../api_schemas.ts";
import { principalOf } from "../check_token.ts";
import type { AddRoute } from "../gateway_services.ts";
import { refusals } from "../refusals.ts";

const route = createRoute({
  method: "post",
  path: "/v1/runs/{id}/cancel",
  operationId: "cancelRun",
  summary: "Cancel a run",
  description: "To cancel a run that has ended changes nothing, and is no error.",
  request: { params: runPath },
  responses: {
    200: {
      description: "The run had ended before",
      content: { "application/json": { schema: knownRun } },
    },
    202: {
      description: "The run ends now; who waits for its result gets it with status `cancelled`",
      content: { "application/json": { schema: knownRun } },
    },
    ...refusals(400, 401, 403, 404, 500),
  },
});

/** `POST /v1/runs/{id}/cancel` */
export const addCancelRun: AddRoute = (app, { runtime }) => {
  app.openapi(route, (c) => {
    const { id: runId } = c.req.valid("param");
    const asker = principalOf(c);
    if (runtime.cancel(runId, asker)) return c.json({ runId, state: "running" as const }, 202);
    const known = runtime.find(runId, asker);
    if (known === undefined) {
      throw new AirlockError("NOT_FOUND", "Cannot cancel run: none is known by this id");
    }
    return c.json({ runId, ...known }, 200);
  });
};
