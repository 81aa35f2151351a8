import { createRoute, z } from "@hono/zod-openapi";
import type { Policy } from "../../config/policy.ts";
import { visibleLine } from "../../text/visible_text.ts";
import type { ServerInfo } from "../../runs/runtime.ts";
import type { AddRoute } from "../gateway_services.ts";
import { answer, refusals } from "../responses.ts";

const MAX_LINE = 160;

const server = z.object({
  name: z.string(),
  kind: z.enum(["stdio", "npm", "remote"]),
  folder: z.string().optional().describe("Its folder under servers/; absent where it is disabled"),
  state: z.enum(["disabled", "idle", "connecting", "connected", "failed"]),
  tools: z.int().optional().describe("How many tools are known; absent until any are"),
  problems: z.array(z.object({ tool: z.string(), message: z.string() })).describe(
    "What was repaired or skipped in its catalogue",
  ),
  changed: z.array(z.object({ tool: z.string(), changes: z.array(z.string()) })).describe(
    "Tools that are no longer what was accepted, and what has changed",
  ),
  suspicious: z.array(z.object({ tool: z.string(), message: z.string() })).describe(
    "What in the words of its tools is there for a model",
  ),
  withheld: z.array(z.string()).optional().describe(
    "Tools whose words are withheld until a person accepts them; absent where there are none",
  ),
  error: z.string().optional().describe("Why it failed"),
}).openapi("Server", {
  example: {
    name: "crm",
    kind: "stdio",
    folder: "crm",
    state: "connected",
    tools: 6,
    problems: [],
    changed: [],
    suspicious: [],
  },
});

const listServers = createRoute({
  method: "get",
  path: "/v1/servers",
  operationId: "listServers",
  summary: "All configured servers",
  description: "Starts none of them.",
  responses: {
    200: answer(
      "The servers, in the order of the configuration",
      z.object({ servers: z.array(server) }),
    ),
    ...refusals(401, 403, 500),
  },
});

/** `GET /v1/servers` */
export const addServers: AddRoute = (app, { runtime }) => {
  app.openapi(listServers, (c) => {
    const { suspiciousTools } = runtime.config.policy;
    return c.json({ servers: runtime.servers().map((each) => show(each, suspiciousTools)) }, 200);
  });
};

/** Stands for a change or a name that instructs a model: models read this too. */
const WITHHELD = "withheld: deno task servers list tells it";

/** All but the last output of a failed server, which may name files of this machine. */
function show(info: ServerInfo, policy: Policy["suspiciousTools"]): z.output<typeof server> {
  const { name, kind, folder, state, tools, problems, changed, suspicious, withheld = [], error } =
    info;
  const isWithheld = policy !== "allow";
  const toolsOf = (found: typeof suspicious) => new Set(found.map(({ tool }) => tool));
  const poisoned = toolsOf(suspicious);
  const misnamed = toolsOf(
    suspicious.filter(({ message }) => message.startsWith("Suspicious name")),
  );
  const nameOf = (tool: string) => isWithheld && misnamed.has(tool) ? WITHHELD : visibleLine(tool);
  const showLine = ({ tool, message }: { tool: string; message: string }) => ({
    ...{ tool: nameOf(tool), message: visibleLine(message) },
  });
  return {
    name,
    kind,
    ...(folder !== undefined && { folder }),
    state,
    ...(tools !== undefined && { tools }),
    problems: problems.map(showLine),
    changed: changed.map(({ tool, changes }) => ({
      tool: nameOf(tool),
      changes: isWithheld && poisoned.has(tool) ? [WITHHELD] : changes.map(cut),
    })),
    suspicious: suspicious.map(showLine),
    ...(withheld.length > 0 && { withheld: withheld.map(nameOf) }),
    ...(error !== undefined && { error }),
  };
}

/** Changes are accepted elsewhere: `deno task servers list` shows them whole. */
function cut(line: string): string {
  return line.length <= MAX_LINE ? line : `${line.slice(0, MAX_LINE).toWellFormed()}…`;
}
