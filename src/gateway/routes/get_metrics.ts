import { createRoute, z } from "@hono/zod-openapi";
import type { RunTotals, SessionTotals } from "../../telemetry/run_metrics.ts";
import { readSessionId } from "../../workspace/session_id.ts";
import { principalOf } from "../check_token.ts";
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
    "Those of whoever asks, of the thousand sessions that ran last, the latest first",
  ),
  definitionModelTokens: z.int().describe(
    "Of the definitions of all tools known so far, spared once in each conversation",
  ),
}).openapi("Metrics");

const route = createRoute({
  method: "get",
  path: "/v1/metrics",
  operationId: "getMetrics",
  summary: "Runs, calls and model tokens, in all and by session of whoever asks",
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
    const caller = principalOf(c).name;
    return c.json({
      overall: show(overall),
      sessions: sessions.flatMap((one) => showOwn(one, caller)),
      definitionModelTokens,
    }, 200);
  });
};

/** A session under the name that its owner knows; nobody else's so much as by name. */
function showOwn({ session, ...totals }: SessionTotals, caller: string) {
  const key = readSessionId(session);
  return key?.owner === caller ? [{ session: key.name, ...show(totals) }] : [];
}

function show({ statuses, ...counts }: RunTotals) {
  return { ...counts, statuses: { ...statuses } };
}
