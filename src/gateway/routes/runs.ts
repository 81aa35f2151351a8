import { createRoute, z } from "@hono/zod-openapi";
import { accepts } from "hono/accepts";
import { AirlockError } from "../../model/errors.ts";
import { runRequest } from "../../model/run_request.ts";
import { principalOf } from "../check_token.ts";
import { streamRun } from "../event_stream.ts";
import { type AddRoute, warnOfAttempts } from "../gateway_services.ts";
import { toRefusal } from "../problem.ts";
import { answer, EVENTS, JSON_TYPE, jsonBody, refusals } from "../responses.ts";
import { EXAMPLE_RESULT, knownRun, namedRunResult, runPath } from "../run_schemas.ts";

const { code, session, permission, timeoutMs, mode, approve, fallback } = runRequest.shape;

const body = z.strictObject({
  code: code.describe("The program: TypeScript"),
  session: session.describe("The session whose workspace it shares; absent for one of its own"),
  permission: permission.describe("Which tools it may call: never more than whoever asks may"),
  timeoutMs: timeoutMs.describe("Longest time it may take. Default: the configuration's"),
  mode: mode.describe(
    "auto: a program that is but one call of a tool is carried out by the host, " +
      "without a worker, where that is measured to be worth it; `mode` of the result says so",
  ),
  approve: approve.describe(
    "always: a person must approve it whatever its risk is, unless one has granted it " +
      "before; not together with a fallback",
  ),
  fallback: fallback.describe(
    "The call that is made instead where the program fails before it changed anything",
  ),
}).openapi("RunRequest", {
  example: {
    code: 'import { list_leads } from "./servers/crm/list_leads.ts";\n' +
      "const { leads } = await list_leads({ limit: 10_000 });\n" +
      'const duplicates = leads.filter((lead) => lead.status === "duplicate").length;\n' +
      "console.log(`${duplicates} of ${leads.length} leads are duplicates`);\n" +
      "return { duplicates };",
    timeoutMs: 30_000,
  },
});

const headers = z.object({
  "idempotency-key": z.string().min(1).max(255).optional().openapi({
    description: "The same key with the same body is the same run, also after a restart; " +
      "with another body it is an error",
  }),
});

const exampleEvents = [
  { event: "started", data: { runId: EXAMPLE_RESULT.runId } },
  { event: "risk", data: EXAMPLE_RESULT.risk },
  { event: "call", data: EXAMPLE_RESULT.calls[0] },
  { event: "log", data: EXAMPLE_RESULT.logs[0] },
  { event: "result", data: EXAMPLE_RESULT },
].map(({ event, data }) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`).join("");

const createRun = createRoute({
  method: "post",
  path: "/v1/runs",
  operationId: "createRun",
  summary: "Run a program",
  description: "Answers when the run has ended, however it ended: whatever a program does is a " +
    "result with status 200. With `Accept: text/event-stream` it tells what happens as it happens: " +
    "`started` ({runId}), `risk` (Risk), `log` (LogLine), `call` (CallRecord), `approval` " +
    "(Approval), `escape_attempt` ({permission, value}), and at the end `result` " +
    "(RunResult), or `error` (Problem) where the run could not be finished; lines that begin with " +
    "a colon only keep the connection open. Who goes away before the end cancels the run, unless it has an " +
    "idempotency key: then it goes on, and the key gives its result.",
  request: { headers, body: jsonBody(body) },
  responses: {
    200: {
      description: "The run has ended",
      content: {
        [JSON_TYPE]: { schema: namedRunResult },
        [EVENTS]: {
          schema: z.string().openapi({ description: "Server-sent events" }),
          example: exampleEvents,
        },
      },
    },
    ...refusals(400, 401, 403, 408, 409, 413, 415, 500, 503),
  },
});

const getRun = createRoute({
  method: "get",
  path: "/v1/runs/{id}",
  operationId: "getRun",
  summary: "What is known of a run",
  description: "Results are kept for some days; a run whose host died is `interrupted`. Another " +
    "principal's run is as one that never was; the owner knows all.",
  request: { params: runPath },
  responses: {
    200: answer("The run is under way, or has its result", knownRun),
    ...refusals(400, 401, 403, 404, 500),
  },
});

const cancelRun = createRoute({
  method: "post",
  path: "/v1/runs/{id}/cancel",
  operationId: "cancelRun",
  summary: "Cancel a run",
  description: "To cancel a run that has ended changes nothing, and is no error.",
  request: { params: runPath },
  responses: {
    200: answer("The run had ended before", knownRun),
    202: answer(
      "The run ends now; who waits for its result gets it with status `cancelled`",
      knownRun,
    ),
    ...refusals(400, 401, 403, 404, 500),
  },
});

const resumeRun = createRoute({
  method: "post",
  path: "/v1/runs/{id}/resume",
  operationId: "resumeRun",
  summary: "Go on with a run that waits, or whose host died",
  description: "Its program starts again; what it called before is not called again. A run that " +
    "has ended gives its result. The gateway resumes by itself what was under way when it died, " +
    "and what waits as soon as a person has decided.",
  request: { params: runPath },
  responses: {
    200: answer("The run has ended, or waits", namedRunResult),
    ...refusals(400, 401, 403, 404, 409, 500, 503),
  },
});

const addCreateRun: AddRoute = (app, { runtime, slots, report, warn }) => {
  app.openapi(createRun, async (c) => {
    const { code, session, permission, timeoutMs, mode, approve, fallback } = c.req.valid("json");
    const parent = c.req.header("traceparent");
    const key = c.req.valid("header")["idempotency-key"];
    const request = {
      code,
      principal: principalOf(c),
      ...(parent !== undefined && { traceParent: parent }),
      ...(permission !== undefined && { permission }),
      ...(mode !== undefined && { mode }),
      ...(approve !== undefined && { approve }),
      ...(fallback !== undefined && { fallback }),
      ...(key !== undefined && { idempotencyKey: key }),
      ...(session !== undefined && { session }),
      ...(timeoutMs !== undefined && { timeoutMs }),
    };
    const accepted = accepts(c, {
      header: "Accept",
      supports: [JSON_TYPE, EVENTS],
      default: JSON_TYPE,
    });
    const onEvent = warnOfAttempts(warn);
    // A client that returns with the key wants this run's result.
    const whenGone = key === undefined ? "cancel" : "go on";
    const slot = await slots.take(c.req.raw.signal, { whenGone });
    if (accepted === EVENTS) {
      const toProblem = (error: unknown) => {
        const { problem, withheld } = toRefusal(error);
        if (withheld) report(error);
        return problem;
      };
      const stream = await streamRun(request, { runtime, slot, toProblem, onEvent });
      return new Response(stream, { headers: { "Content-Type": EVENTS } });
    }
    using _untilItEnds = slot;
    return c.json(await runtime.run({ ...request, signal: slot.signal, onEvent }), 200);
  });
};

/** `POST /v1/runs`, `GET /v1/runs/{id}`, `POST /v1/runs/{id}/cancel` and `/resume` */
export const addRuns: AddRoute = (app, services) => {
  const { runtime, slots } = services;
  addCreateRun(app, services);
  app.openapi(getRun, async (c) => {
    const { id: runId } = c.req.valid("param");
    const known = await runtime.find(runId, principalOf(c));
    if (known === undefined) throw unknownRun("find");
    return c.json({ runId, ...known }, 200);
  });
  app.openapi(cancelRun, async (c) => {
    const { id: runId } = c.req.valid("param");
    const asker = principalOf(c);
    if (await runtime.cancel(runId, asker)) {
      return c.json({ runId, state: "running" as const }, 202);
    }
    const known = await runtime.find(runId, asker);
    if (known === undefined) throw unknownRun("cancel");
    return c.json({ runId, ...known }, 200);
  });
  app.openapi(resumeRun, async (c) => {
    using slot = await slots.take(c.req.raw.signal);
    const { id } = c.req.valid("param");
    const asker = principalOf(c);
    return c.json(await runtime.resume(id, { asker, signal: slot.signal }), 200);
  });
};

function unknownRun(verb: string): AirlockError {
  return new AirlockError("NOT_FOUND", `Cannot ${verb} run: none is known by this id`);
}
