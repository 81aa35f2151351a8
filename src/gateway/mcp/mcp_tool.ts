import type { CallToolResult, Tool } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { Principal } from "../../policy/permission.ts";
import type { RunEvent } from "../../runtime/runtime_types.ts";
import { explainInvalidRequest } from "../explain_invalid_request.ts";
import type { GatewayServices } from "../gateway_services.ts";
import { toRefusal } from "../problem.ts";

/** What every tool of the endpoint works with. */
export interface McpServices extends GatewayServices {
  /** Hears of all that must be done before the endpoint may end. */
  readonly track: (work: Promise<unknown>) => void;
}

/** One call of a tool, beside its arguments. */
export interface McpCall {
  /** Aborts when the client no longer wants the result. */
  readonly signal: AbortSignal;
  /** Who is calling. */
  readonly principal: Principal;
  /** The session that runs belong to unless they name another; absent where the era has none. */
  readonly session: string | undefined;
  /** Tells the client what happens in a run. */
  readonly tell: (event: RunEvent) => void;
}

/** A tool as the endpoint offers it. */
export interface McpTool {
  readonly definition: Tool;
  /** Whatever goes wrong is a result that says so, with a code. */
  call(args: unknown, call: McpCall, services: McpServices): Promise<CallToolResult>;
}

/** Options of {@linkcode defineTool}. */
export interface DefineToolOptions<Input> {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodType<Input>;
  readonly output?: z.ZodType;
  readonly annotations: NonNullable<Tool["annotations"]>;
  readonly run: (input: Input, call: McpCall, services: McpServices) => Promise<CallToolResult>;
}

/** Makes a tool whose arguments are checked against what its definition says. */
export function defineTool<Input>(options: DefineToolOptions<Input>): McpTool {
  const { name, description, input, output, annotations, run } = options;
  return {
    definition: {
      name,
      description,
      inputSchema: toJsonSchema(input, "input"),
      ...(output !== undefined && { outputSchema: toJsonSchema(output, "output") }),
      annotations,
    },
    async call(args, call, services) {
      const parsed = input.safeParse(args ?? {});
      if (!parsed.success) return refuseArguments(name, parsed.error);
      try {
        return await run(parsed.data, call, services);
      } catch (error) {
        const { problem, withheld } = toRefusal(error);
        if (withheld) services.report(error);
        return failed([`${problem.code}: ${problem.detail}`, problem.hint]);
      }
    },
  };
}

/** How long a text may be, and of which signs, costs a model more than to be told when it is not so. */
const UNTOLD = new Set(["minLength", "maxLength", "pattern"]);

/** Without the name of the dialect: it is the one that goes without saying. */
function toJsonSchema(schema: z.ZodType, io: "input" | "output"): Tool["inputSchema"] {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    override({ jsonSchema }) {
      for (const key of UNTOLD) delete (jsonSchema as Record<string, unknown>)[key];
    },
  });
  return rest as Tool["inputSchema"];
}

function refuseArguments(tool: string, error: z.core.$ZodError): CallToolResult {
  const { code, errors } = explainInvalidRequest("json", error);
  const lines = errors.map(({ field, detail }) =>
    field === "" ? `- ${detail}` : `- ${field}: ${detail}`
  );
  return failed([`${code}: Cannot call ${tool}: its arguments are not as they must be`, ...lines]);
}

function failed(lines: readonly (string | undefined)[]): CallToolResult {
  const text = lines.filter((line) => line !== undefined).join("\n");
  return { content: [{ type: "text", text }], isError: true };
}
