import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { accepts } from "hono/accepts";
import { AirlockError } from "../../model/errors.ts";
import type { Decision } from "../../model/approval.ts";
import { OWNER_NAME } from "../../model/permission.ts";
import { approval, approvalPath, decision, wholeApproval } from "../api_schemas.ts";
import { principalOf } from "../check_token.ts";
import type { AddRoute } from "../gateway_services.ts";
import { refusals } from "../refusals.ts";
import { showApproval, showWholeApproval } from "../show_approval.ts";
import { streamApprovals } from "../stream_approvals.ts";

const EVENTS = "text/event-stream";
const JSON_TYPE = "application/json";

const listRoute = createRoute({
  method: "get",
  path: "/v1/approvals",
  operationId: "listApprovals",
  summary: "What persons are asked, those that wait first",
  description: "With `Accept: text/event-stream` tells, as `approval` events, of each that waits " +
    "and of each that changes, until the client goes away.",
  responses: {
    200: {
      description: "The latest approvals",
      content: {
        [JSON_TYPE]: { schema: z.object({ approvals: z.array(approval) }) },
        [EVENTS]: { schema: z.string().openapi({ description: "Server-sent events" }) },
      },
    },
    ...refusals(401, 403, 500),
  },
});

const getRoute = createRoute({
  method: "get",
  path: "/v1/approvals/{id}",
  operationId: "getApproval",
  summary: "What a person is asked, with the program",
  request: { params: approvalPath },
  responses: {
    200: {
      description: "The approval",
      content: { [JSON_TYPE]: { schema: wholeApproval } },
    },
    ...refusals(400, 401, 403, 404, 500),
  },
});

const decideRoute = createRoute({
  method: "post",
  path: "/v1/approvals/{id}",
  operationId: "decideApproval",
  summary: "Approve or reject",
  description: "To say the same again changes nothing; to say something else is refused.",
  request: {
    params: approvalPath,
    body: { required: true, content: { [JSON_TYPE]: { schema: decision } } },
  },
  responses: {
    200: { description: "Decided", content: { [JSON_TYPE]: { schema: approval } } },
    ...refusals(400, 401, 403, 404, 408, 409, 413, 415, 500),
  },
});

const revokeRoute = createRoute({
  method: "post",
  path: "/v1/approvals/{id}/revoke",
  operationId: "revokeApproval",
  summary: "Take back what was granted",
  description: "From the next call on it is good for nothing, and a person is asked again.",
  request: { params: approvalPath },
  responses: {
    200: { description: "Taken back", content: { [JSON_TYPE]: { schema: approval } } },
    ...refusals(400, 401, 403, 404, 500),
  },
});

/** Whoever runs programs must not be the one who approves them. */
function checkOwner(c: Context): void {
  if (principalOf(c).name === OWNER_NAME) return;
  throw new AirlockError("FORBIDDEN", "Cannot answer request: only the gateway's owner decides");
}

/** `GET /v1/approvals`, `GET` and `POST /v1/approvals/{id}`, `POST /v1/approvals/{id}/revoke` */
export const addApprovalRoutes: AddRoute = (app, { runtime: { approvals } }) => {
  app.openapi(listRoute, (c) => {
    checkOwner(c);
    const wanted = accepts(c, {
      header: "Accept",
      supports: [JSON_TYPE, EVENTS],
      default: JSON_TYPE,
    });
    if (wanted === EVENTS) {
      return new Response(streamApprovals(approvals), { headers: { "Content-Type": EVENTS } });
    }
    return c.json({ approvals: approvals.list().map(showApproval) }, 200);
  });
  app.openapi(getRoute, (c) => {
    checkOwner(c);
    const found = approvals.find(c.req.valid("param").id);
    if (found === undefined) {
      throw new AirlockError("NOT_FOUND", "Cannot find approval: there is none of this id");
    }
    const texts = { code: approvals.codeOf(found), skills: approvals.skillsOf(found) };
    return c.json(showWholeApproval(found, texts), 200);
  });
  app.openapi(decideRoute, (c) => {
    checkOwner(c);
    const decided = approvals.decide(c.req.valid("param").id, readDecision(c.req.valid("json")));
    return c.json(showApproval(decided), 200);
  });
  app.openapi(revokeRoute, (c) => {
    checkOwner(c);
    return c.json(showApproval(approvals.revoke(c.req.valid("param").id)), 200);
  });
};

function readDecision(said: z.output<typeof decision>): Decision {
  if (said.decision === "reject") return { ...said, by: "http" };
  const { until, ...rest } = said;
  return { ...rest, ...(until !== undefined && { until: Date.parse(until) }), by: "http" };
}
