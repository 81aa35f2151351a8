import { createRoute, z } from "@hono/zod-openapi";
import { leastPermission, OWNER } from "../../model/permission.ts";
import { AirlockError } from "../../model/errors.ts";
import type { SkillInfo } from "../../skills/skill.ts";
import { principalOf } from "../check_token.ts";
import type { AddRoute } from "../gateway_services.ts";
import { checkSkillPermission } from "../../policy/check_permission.ts";
import { signWarnings } from "../../policy/shown/wrap_lines.ts";
import { answer, jsonBody, refusals } from "../responses.ts";

const skill = z.object({
  name: z.string(),
  version: z.int().describe("0 for one that was put into the folder by hand"),
  description: z.string(),
  owner: z.string(),
  trust: z.enum(["draft", "approved", "deprecated"]),
  tools: z.array(z.string()).describe("The tools that it may call: server/tool"),
  risk: z.string(),
  uses: z.object({ succeeded: z.int(), failed: z.int() }),
  broken: z.string().optional().describe("Why it no longer fits the tools that it calls"),
  module: z.string().describe("What a program imports"),
}).openapi("Skill", {
  example: {
    name: "count-leads-by-country",
    version: 2,
    description: "Counts how many sales leads there are in each country",
    owner: "owner",
    trust: "approved",
    tools: ["crm/list_leads"],
    risk: "low",
    uses: { succeeded: 41, failed: 1 },
    module: "./skills/count-leads-by-country",
  },
});

const reference = z.object({
  name: z.string().max(80).openapi({ description: "name or name@version", example: "diff-rows@1" }),
});

const list = createRoute({
  method: "get",
  path: "/v1/skills",
  operationId: "listSkills",
  summary: "Skills that whoever asks can import: all of them, or those that fit a query",
  request: {
    query: z.strictObject({
      query: z.string().min(1).max(2_000).optional(),
      limit: z.coerce.number().int().min(1).max(50).default(10).openapi({
        description: "Of a search",
      }),
    }),
  },
  responses: {
    200: answer(
      "The skills, and whether a search found any that fits well",
      z.object({ skills: z.array(skill), noGoodMatch: z.boolean() }),
    ),
    ...refusals(400, 401, 403, 500),
  },
});

const save = createRoute({
  method: "post",
  path: "/v1/skills",
  operationId: "saveSkill",
  summary: "Save a skill",
  description: "A new version, checked as programs are: a module, or the program of a run that " +
    "completed. A program that exports no function becomes one that exports `run`. It is its " +
    "owner's alone until it is approved. To save the same again changes nothing.",
  request: {
    body: jsonBody(
      z.strictObject({
        name: z.string().max(64),
        description: z.string().max(2_000),
        code: z.string().min(1).optional().openapi({ description: "A module: TypeScript" }),
        runId: z.string().min(1).max(100).optional().openapi({
          description: "In place of code: a run of whoever saves it",
        }),
        examples: z.array(z.string().max(10_000)).max(20).optional(),
        tests: z.string().optional().openapi({
          description: "A program that imports it, calls no tool, and throws if it is wrong",
        }),
      }).refine(({ code, runId }) => (code === undefined) !== (runId === undefined), {
        error: "Give either code or runId",
      }).openapi("NewSkill"),
    ),
  },
  responses: {
    200: answer("It is saved", skill),
    ...refusals(400, 401, 403, 404, 408, 409, 413, 415, 500, 503),
  },
});

const wholeSkill = skill.extend({
  code: z.string(),
  warnings: z.array(z.string()).describe("What of the code is not what it seems to a reader"),
});

const get = createRoute({
  method: "get",
  path: "/v1/skills/{name}",
  operationId: "getSkill",
  summary: "All about a skill",
  request: { params: reference },
  responses: {
    200: answer("The skill", wholeSkill),
    ...refusals(400, 401, 403, 404, 500),
  },
});

const scope = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("principal") }),
  z.strictObject({ kind: z.literal("team"), members: z.array(z.string().max(64)).min(1).max(100) }),
  z.strictObject({ kind: z.literal("all") }),
]);

const change = createRoute({
  method: "post",
  path: "/v1/skills/{name}",
  operationId: "changeSkill",
  summary: "Approve a skill for others, deprecate it, or go back to an old version",
  description: "Only who runs the gateway approves; a skill's owner may do the rest too.",
  request: {
    params: reference,
    body: jsonBody(
      z.discriminatedUnion("action", [
        z.strictObject({ action: z.literal("approve"), scope }),
        z.strictObject({ action: z.literal("deprecate") }),
        z.strictObject({ action: z.literal("rollback"), version: z.int().min(1) }),
      ]).openapi("SkillChange"),
    ),
  },
  responses: {
    200: answer("As it is now", skill),
    ...refusals(400, 401, 403, 404, 408, 409, 413, 415, 500),
  },
});

/** `GET` and `POST /v1/skills`, and of each of them. */
export const addSkills: AddRoute = (app, { runtime, slots }) => {
  app.openapi(list, async (c) => {
    const caller = principalOf(c).name;
    const { query, limit } = c.req.valid("query");
    const { skills, noGoodMatch } = query === undefined
      ? { skills: await runtime.skills.list(caller), noGoodMatch: false }
      : await runtime.skills.search(query, { caller, limit });
    return c.json({ skills: skills.map(show), noGoodMatch }, 200);
  });
  app.openapi(save, async (c) => {
    const { examples, tests, code, runId, ...about } = c.req.valid("json");
    const draft = runId === undefined ? { ...about, code: code! } : { ...about, runId };
    const optional = {
      ...(examples === undefined ? {} : { examples }),
      ...(tests === undefined ? {} : { tests }),
    };
    const { name: owner, permission } = principalOf(c);
    checkSkillPermission(leastPermission([runtime.config.policy.permission, permission]));
    // Its tests are a run as any other.
    using _slot = await slots.take(c.req.raw.signal);
    return c.json(show(await runtime.skills.save({ ...draft, ...optional }, { owner })), 200);
  });
  app.openapi(get, async (c) => {
    const { name } = c.req.valid("param");
    const caller = principalOf(c).name;
    const found = await runtime.skills.find(name, caller);
    const code = found && await runtime.skills.read(name, caller);
    if (found === undefined || code === undefined) throw notFound();
    return c.json({ ...show(found), code, warnings: signWarnings(code, "the skill") }, 200);
  });
  app.openapi(change, async (c) => {
    const { name } = c.req.valid("param");
    const wanted = c.req.valid("json");
    const by = principalOf(c).name;
    const found = await runtime.skills.find(name, by === OWNER.name ? undefined : by);
    if (found === undefined) throw notFound();
    if (by !== OWNER.name && (wanted.action === "approve" || found.owner !== by)) {
      throw new AirlockError(
        "FORBIDDEN",
        `Cannot ${wanted.action} skill: it is for another principal to do`,
      );
    }
    switch (wanted.action) {
      case "approve":
        return c.json(show(await runtime.skills.approve(name, { by, scope: wanted.scope })), 200);
      case "deprecate":
        return c.json(show(await runtime.skills.deprecate(name, { by })), 200);
      case "rollback": {
        const { version } = wanted;
        return c.json(show(await runtime.skills.rollback(name, { by: found.owner, version })), 200);
      }
    }
  });
};

function notFound(): AirlockError {
  return new AirlockError("NOT_FOUND", "Cannot find skill: there is none of this name");
}

function show(info: SkillInfo): z.output<typeof skill> {
  const { name, version, description, owner, trust, tools, risk, uses, broken } = info;
  return {
    ...{ name, version, description, owner, trust, tools: [...tools], risk, uses },
    ...(broken === undefined ? {} : { broken }),
    module: `./skills/${name}`,
  };
}
