import type { CallToolResult, InputRequiredResult, Tool } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { Principal } from "../../model/permission.ts";
import type { RunEvent } from "../../model/run_request.ts";
import { explainInvalidRequest, toRefusal } from "../problem.ts";
import type { GatewayServices } from "../gateway_services.ts";
import type { AskedClient, AskedState } from "./asking.ts";

/** Services of the endpoint's tools. */
export interface McpServices extends GatewayServices {
  /** Receives work that must end before the endpoint closes. */
  readonly track: (work: Promise<unknown>) => void;
  /** Seals the state that clients keep between two calls; at least 32 bytes. */
  readonly stateKey: Uint8Array;
}

/** One call of a tool, beside its arguments. */
export interface McpCall {
  /** Aborts when the client no longer wants the result. */
  readonly signal: AbortSignal;
  readonly principal: Principal;
  /** Default session of runs; undefined where the protocol revision has none. */
  readonly session: string | undefined;
  /** Receives the events of a run. */
  readonly onEvent: (event: RunEvent) => void;
  /** Whether and how the client's person can be asked. */
  readonly client: AskedClient;
  /** The questions of the previous call. */
  readonly asked: AskedState | undefined;
}

type McpAnswer = CallToolResult | InputRequiredResult;

/** A tool of the endpoint. */
export interface McpTool {
  readonly definition: Tool;
  /** Every failure is a result with an error code. */
  call(args: unknown, call: McpCall, services: McpServices): Promise<McpAnswer>;
}

/** Makes a tool whose arguments are validated against its definition. */
export function defineTool<Input>(
  { name, description, input, output, annotations, run }: {
    readonly name: string;
    readonly description: string;
    readonly input: z.ZodType<Input>;
    readonly output?: z.ZodType;
    readonly annotations: NonNullable<Tool["annotations"]>;
    readonly run: (input: Input, call: McpCall, services: McpServices) => Promise<McpAnswer>;
  },
): McpTool {
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

/** Constraints cost a model more tokens than a refusal that explains them. */
const OMITTED = ["minLength", "maxLength", "pattern", "minimum", "maximum", "minItems", "maxItems"]
  .concat("propertyNames");

/** Without `$schema`: the dialect is the default. */
function toJsonSchema(schema: z.ZodType, io: "input" | "output"): Tool["inputSchema"] {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    override({ jsonSchema, path }) {
      const schema: Record<string, unknown> = jsonSchema;
      for (const key of OMITTED) delete schema[key];
      // Whether more is allowed matters for the arguments themselves only.
      if (io === "output" || path.length > 0) delete schema["additionalProperties"];
      // A result needs no list of possible values.
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
