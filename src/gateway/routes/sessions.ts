import { createRoute, z } from "@hono/zod-openapi";
import { SESSION_NAME } from "../../model/run_request.ts";
import { AirlockError } from "../../model/errors.ts";
import { principalOf } from "../check_token.ts";
import type { AddRoute } from "../gateway_services.ts";
import { answer, jsonBody, refusals } from "../responses.ts";

const name = z.string().regex(SESSION_NAME, {
  error: "expected 1 to 64 letters, digits, - and _, and no run_ at the beginning",
}).openapi({ example: "research-7" });

const session = z.object({
  name: z.string(),
  createdAt: z.iso.datetime(),
  usedAt: z.iso.datetime().describe("When a run of it began last"),
  runs: z.int(),
}).openapi("Session", {
  example: {
    name: "research-7",
    createdAt: "2026-03-01T09:00:00.000Z",
    usedAt: "2026-03-02T17:30:00.000Z",
    runs: 12,
  },
});

const path = z.object({ name });
const OURS = "Whoever asks sees its own sessions, and no other's.";

const create = createRoute({
  method: "post",
  path: "/v1/sessions",
  operationId: "createSession",
  summary: "Begin a session",
  description: "A run that names a session begins it too, where there is none. " +
    `To begin one that is there changes nothing. ${OURS}`,
  request: {
    body: jsonBody(
      z.strictObject({
        name: name.optional().openapi({ description: "Absent for one that nobody has" }),
      }).openapi("NewSession"),
    ),
  },
  responses: {
    200: answer("It is there", session),
    ...refusals(400, 401, 403, 408, 409, 413, 415, 500, 503),
  },
});

const list = createRoute({
  method: "get",
  path: "/v1/sessions",
  operationId: "listSessions",
  summary: "All sessions, the latest used first",
  description: OURS,
  responses: {
    200: answer("The sessions", z.object({ sessions: z.array(session) })),
    ...refusals(401, 403, 500),
  },
});

const get = createRoute({
  method: "get",
  path: "/v1/sessions/{name}",
  operationId: "getSession",
  summary: "What is known of a session",
  description: OURS,
  request: { params: path },
  responses: {
    200: answer("The session", session),
    ...refusals(400, 401, 403, 404, 500),
  },
});

const close = createRoute({
  method: "delete",
  path: "/v1/sessions/{name}",
  operationId: "closeSession",
  summary: "Close a session",
  description: `Its files, and what its tokens stand for, are gone with it. ${OURS}`,
  request: { params: path },
  responses: {
    200: answer("It is no more; what it was", session),
    ...refusals(400, 401, 403, 404, 500, 503),
  },
});

/** `POST`, `GET` and `DELETE /v1/sessions` */
export const addSessions: AddRoute = (app, { runtime: { sessions } }) => {
  app.openapi(create, async (c) => {
    const { name = `s-${crypto.randomUUID()}` } = c.req.valid("json");
    return c.json(show(await sessions.create({ name, owner: principalOf(c).name })), 200);
  });
  app.openapi(list, async (c) => {
    const listed = await sessions.list(principalOf(c).name);
    return c.json({ sessions: listed.map(show) }, 200);
  });
  app.openapi(get, async (c) => {
    const found = await sessions.find({ ...c.req.valid("param"), owner: principalOf(c).name });
    if (found === undefined) {
      throw new AirlockError("NOT_FOUND", "Cannot find session: there is none of this name");
    }
    return c.json(show(found), 200);
  });
  app.openapi(close, async (c) => {
    const key = { ...c.req.valid("param"), owner: principalOf(c).name };
    const found = await sessions.find(key);
    await sessions.close(key);
    return c.json(show(found!), 200);
  });
};

function show(
  { name, createdAt, usedAt, runs }: z.output<typeof session>,
): z.output<typeof session> {
  return { name, createdAt, usedAt, runs };
}
