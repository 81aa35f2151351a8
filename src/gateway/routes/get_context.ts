import { createRoute, z } from "@hono/zod-openapi";
import { principalOf } from "../check_token.ts";
import type { AddRoute } from "../gateway_services.ts";
import { refusals } from "../refusals.ts";

const query = z.strictObject({
  maxModelTokens: z.coerce.number().int().min(50).max(10_000).default(300).openapi({
    description: "The most that the text may cost",
  }),
});

const context = z.object({
  text: z.string(),
  modelTokens: z.int().describe("What the text costs, in o200k_base tokens"),
  unavailable: z.array(z.string()).describe("Servers out of reach, which are left out"),
}).openapi("Context", {
  example: {
    text: "1 server connected, 6 tools:\ncrm (6): leads, notes\nFind tools with search_tools, …",
    modelTokens: 40,
    unavailable: [],
  },
});

const route = createRoute({
  method: "get",
  path: "/v1/context",
  operationId: "getContext",
  summary: "What a model is to know of the connected servers",
  description: "Each server with its number of tools and a few words of what they work on, the " +
    "same number of words for each. Starts the servers that are not known.",
  request: { query },
  responses: {
    200: { description: "The text", content: { "application/json": { schema: context } } },
    ...refusals(400, 401, 403, 500),
  },
});

/** `GET /v1/context` */
export const addGetContext: AddRoute = (app, { runtime }) => {
  app.openapi(route, async (c) => {
    const caller = principalOf(c).name;
    const asked = { ...c.req.valid("query"), caller };
    const { text, modelTokens, unavailable } = await runtime.context(asked);
    return c.json({ text, modelTokens, unavailable: [...unavailable] }, 200);
  });
};
