import { createRoute } from "@hono/zod-openapi";
import { namedRunResult, runPath } from "../api_schemas.ts";
import { principalOf } from "../check_token.ts";
import type { AddRoute } from "../gateway_services.ts";
import { refusals } from "../refusals.ts";

const route = createRoute({
  method: "post",
  path: "/v1/runs/{id}/resume",
  operationId: "resumeRun",
  summary: "Go on with a run that waits, or whose host died",
  description: "Its program starts again; what it called before is not called again. A run that " +
    "has ended gives its result. The gateway resumes by itself what was under way when it died, " +
    "and what waits as soon as a person has decided.",
  request: { params: runPath },
  responses: {
    200: {
      description: "The run has ended, or waits",
      content: { "application/json": { schema: namedRunResult } },
    },
    ...refusals(400, 401, 403, 404, 409, 500, 503),
  },
});

/** `POST /v1/runs/{id}/resume` */
export const addResumeRun: AddRoute = (app, { runtime, slots }) => {
  app.openapi(route, async (c) => {
    using slot = await slots.take(c.req.raw.signal);
    const { id } = c.req.valid("param");
    const asker = principalOf(c);
    return c.json(await runtime.resume(id, { asker, signal: slot.signal }), 200);
  });
};
