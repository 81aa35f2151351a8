import { createRoute, z } from "@hono/zod-openapi";
import { principalOf } from "../check_token.ts";
import type { AddRoute } from "../gateway_services.ts";
import { refusals } from "../refusals.ts";

const route = createRoute({
  method: "delete",
  path: "/v1/cache",
  operationId: "forgetResults",
  summary: "Forget the answers of tools that are kept",
  description: "Those that whoever asks was given; to who runs the gateway, everybody's.",
  request: {
    query: z.object({
      server: z.string().max(64).optional().openapi({
        description: "Only of this server",
        example: "crm",
      }),
    }),
  },
  responses: {
    200: {
      description: "How many were forgotten",
      content: { "application/json": { schema: z.object({ forgotten: z.int() }) } },
    },
    ...refusals(400, 401, 403, 500),
  },
});

/** `DELETE /v1/cache` */
export const addForgetResults: AddRoute = (app, { runtime }) => {
  app.openapi(
    route,
    (c) => {
      const { server } = c.req.valid("query");
      return c.json({ forgotten: runtime.forgetResults(server, principalOf(c)) }, 200);
    },
  );
};
