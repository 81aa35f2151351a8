import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { accepts } from "hono/accepts";
import { AirlockError } from "../../model/errors.ts";
import { OWNER_NAME } from "../../model/permission.ts";
import type { Decision } from "../../model/approval.ts";
import { principalOf } from "../check_token.ts";
import { streamApprovals } from "../event_stream.ts";
import type { AddRoute } from "../gateway_services.ts";
import { answer, EVENTS, JSON_TYPE, jsonBody, refusals } from "../responses.ts";
import {
  approval,
  approvalPath,
  decision,
  showApproval,
  showWholeApproval,
  wholeApproval,
} from "../show_approval.ts";

const listApprovals = createRoute({
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

const getApproval = createRoute({
  method: "get",
  path: "/v1/approvals/{id}",
  operationId: "getApproval",
  summary: "What a person is asked, with the program",
  request: { params: approvalPath },
  responses: {
    200: answer("The approval", wholeApproval),
    ...refusals(400, 401, 403, 404, 500),
  },
});

const decideApproval = createRoute({
  method: "post",
  path: "/v1/approvals/{id}",
  operationId: "decideApproval",
  summary: "Approve or reject",
  description: "To say the same again changes nothing; to say something else is refused.",
  request: {
    params: approvalPath,
    body: jsonBody(decision),
  },
  responses: {
    200: answer("Decided", approval),
    ...refusals(400, 401, 403, 404, 408, 409, 413, 415, 500),
  },
});

const revokeApproval = createRoute({
  method: "post",
  path: "/v1/approvals/{id}/revoke",
  operationId: "revokeApproval",
  summary: "Take back what was granted",
  description: "From the next call on it is good for nothing, and a person is asked again.",
  request: { params: approvalPath },
  responses: {
    200: answer("Taken back", approval),
    ...refusals(400, 401, 403, 404, 500),
  },
});

/** A principal that runs programs must not approve them. */
function checkOwner(c: Context): void {
  if (principalOf(c).name === OWNER_NAME) return;
  throw new AirlockError("FORBIDDEN", "Cannot answer request: only the gateway's owner decides");
}

/** `GET /v1/approvals`, `GET` and `POST /v1/approvals/{id}`, `POST /v1/approvals/{id}/revoke` */
export const addApprovals: AddRoute = (app, { runtime: { approvals } }) => {
  app.openapi(listApprovals, async (c) => {
    checkOwner(c);
    const accepted = accepts(c, {
      header: "Accept",
      supports: [JSON_TYPE, EVENTS],
      default: JSON_TYPE,
    });
    if (accepted === EVENTS) {
      return new Response(streamApprovals(approvals), { headers: { "Content-Type": EVENTS } });
    }
    return c.json({ approvals: (await approvals.list()).map(showApproval) }, 200);
  });
  app.openapi(getApproval, async (c) => {
    checkOwner(c);
    const found = await approvals.find(c.req.valid("param").id);
    if (found === undefined) {
      throw new AirlockError("NOT_FOUND", "Cannot find approval: there is none of this id");
    }
    const [code, skills] = [await approvals.codeOf(found), await approvals.skillsOf(found)];
    return c.json(showWholeApproval(found, { code, skills }), 200);
  });
  app.openapi(decideApproval, async (c) => {
    checkOwner(c);
    const { id } = c.req.valid("param");
    const decided = await approvals.decide(id, readDecision(c.req.valid("json")));
    return c.json(showApproval(decided), 200);
  });
  app.openapi(revokeApproval, async (c) => {
    checkOwner(c);
    return c.json(showApproval(await approvals.revoke(c.req.valid("param").id)), 200);
  });
};

function readDecision(sent: z.output<typeof decision>): Decision {
  if (sent.decision === "reject") return { ...sent, by: "http" };
  const { until, ...rest } = sent;
  return { ...rest, ...(until !== undefined && { until: Date.parse(until) }), by: "http" };
}
