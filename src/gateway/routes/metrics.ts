import { createRoute, z } from "@hono/zod-openapi";
import type { RunTotals, SessionTotals } from "../../telemetry/run_metrics.ts";
import { readSessionId } from "../../workspace/session_id.ts";
import { principalOf } from "../check_token.ts";
import type { AddRoute } from "../gateway_services.ts";
import { answer, refusals } from "../responses.ts";

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

const getMetrics = createRoute({
  method: "get",
  path: "/v1/metrics",
  operationId: "getMetrics",
  summary: "Runs, calls and model tokens, in all and by session of whoever asks",
  description: "Counted from the start of the gateway. Token counts are o200k_base.",
  responses: { 200: answer("The totals", metrics), ...refusals(401, 403, 500) },
});

/** `GET /v1/metrics` */
export const addGetMetrics: AddRoute = (app, { runtime }) => {
  app.openapi(getMetrics, async (c) => {
    const { overall, sessions, definitionModelTokens } = await runtime.metrics();
    const caller = principalOf(c).name;
    return c.json({
      overall: show(overall),
      sessions: sessions.flatMap((one) => showOwn(one, caller)),
      definitionModelTokens,
    }, 200);
  });
};

/** A session by the caller's name for it; nothing of another principal's, not even the name. */
function showOwn({ session, ...totals }: SessionTotals, caller: string) {
  const key = readSessionId(session);
  return key?.owner === caller ? [{ session: key.name, ...show(totals) }] : [];
}

function show({ statuses, ...counts }: RunTotals) {
  return { ...counts, statuses: { ...statuses } };
}

const TEXT = "text/plain; version=0.0.4; charset=utf-8";

const getPrometheus = createRoute({
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
    getPrometheus,
    async () => new Response(await runtime.metricsText(), { headers: { "Content-Type": TEXT } }),
  );
};
