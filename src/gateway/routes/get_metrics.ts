import { createRoute, z } from "@hono/zod-openapi";
import type { RunTotals } from "../../metrics/run_totals.ts";
import type { AddRoute } from "../gateway_services.ts";
import { refusals } from "../refusals.ts";

const totals = z.object({
  runs: z.int(),
  statuses: z.object({
    completed: z.int(),
    failed: z.int(),
    timed_out: z.int(),
    over_limit: z.int(),
    denied: z.int(),
    cancelled: z.int(),
  }),
  calls: z.int().describe("Tool calls"),
  intermediateModelTokens: z.int().describe(
    "Of the arguments and results that went between programs and tools, from samples",
  ),
  programModelTokens: z.int().describe("Of the programs"),
  modelTokens: z.int().describe("Of values, logs and errors"),
  savedModelTokens: z.int().describe("Intermediate less programs and results"),
});

const metrics = z.object({
  overall: totals.clone().openapi("RunTotals"),
  sessions: z.array(totals.extend({ session: z.string() })).describe(
    "The thousand sessions that ran last, the latest first",
  ),
  definitionModelTokens: z.int().describe(
    "Of the definitions of all tools known so far, spared once in each conversation",
  ),
}).openapi("Metrics");

const route = createRoute({
  method: "get",
  path: "/v1/metrics",
  operationId: "getMetrics",
  summary: "Runs, calls and model tokens, in all and by session",
  description: "Counted from the start of the gateway. Token counts are o200k_base.",
  responses: {
    200: { description: "The totals", content: { "application/json": { schema: metrics } } },
    ...refusals(401, 403, 500),
  },
});

/** `GET /v1/metrics` */
export const addGetMetrics: AddRoute = (app, { runtime }) => {
  app.openapi(route, async (c) => {
    const { overall, sessions, definitionModelTokens } = await runtime.metrics();
    return c.json({
      overall: show(overall),
      sessions: sessions.map((one) => ({ session: one.session, ...show(one) })),
      definitionModelTokens,
    }, 200);
  });
};

function show({ statuses, ...counts }: RunTotals) {
  return { ...counts, statuses: { ...statuses } };
}
