import type { CallToolResult, InputRequiredResult, Tool } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { Principal } from "../../model/permission.ts";
import type { RunEvent } from "../../model/run_request.ts";
import { explainInvalidRequest } from "../explain_invalid_request.ts";
import type { GatewayServices } from "../gateway_services.ts";
import { toRefusal } from "../problem.ts";
import type { AskedState } from "./ask_by_result.ts";
import type { AskedClient } from "./asked_client.ts";

/** What every tool of the endpoint works with. */
export interface McpServices extends GatewayServices {
  /** Hears of all that must be done before the endpoint may end. */
  readonly track: (work: Promise<unknown>) => void;
  /** Seals what clients keep between two calls; at least 32 bytes. */
  readonly stateKey: Uint8Array;
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
  /** Whether and how its person can be asked. */
  readonly client: AskedClient;
  /** What was asked when it was made before. */
  readonly asked: AskedState | undefined;
}

/** What a tool gives, or what it must be told first. */
export type McpAnswer = CallToolResult | InputRequiredResult;

/** A tool as the endpoint offers it. */
export interface McpTool {
  readonly definition: Tool;
  /** Whatever goes wrong is a result that says so, with a code. */
  call(args: unknown, call: McpCall, services: McpServices): Promise<McpAnswer>;
}

/** Options of {@linkcode defineTool}. */
export interface DefineToolOptions<Input> {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodType<Input>;
  readonly output?: z.ZodType;
  readonly annotations: NonNullable<Tool["annotations"]>;
  readonly run: (input: Input, call: McpCall, services: McpServices) => Promise<McpAnswer>;
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

/** How long or large a value may be costs a model more than to be told when it is not so. */
const UNTOLD = ["minLength", "maxLength", "pattern", "minimum", "maximum", "minItems", "maxItems"]
  .concat("propertyNames");

/** Without the name of the dialect: it is the one that goes without saying. */
function toJsonSchema(schema: z.ZodType, io: "input" | "output"): Tool["inputSchema"] {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    override({ jsonSchema, path }) {
      const schema: Record<string, unknown> = jsonSchema;
      for (const key of UNTOLD) delete schema[key];
      // Whether more may be added is worth a word at the arguments themselves only.
      if (io === "output" || path.length > 0) delete schema["additionalProperties"];
      // What is given is read when it is there.
      if (io === "output") delete schema["enum"];
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
