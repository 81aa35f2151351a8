import type { Limits } from "../config.ts";
import { AirlockError, type ErrorCode } from "../errors.ts";
import { McpToolError } from "../mcp/mcp_tool_error.ts";
import { blamedArgument } from "../result/call_failure.ts";
import type { Capability } from "./capability.ts";
import type { Journal } from "./journal.ts";
import { encodeBody } from "./protocol.ts";
import type { ServedCall } from "./serve_run.ts";

/** The upstream side of a call. */
export interface ToolCaller {
  /** Throws AirlockError ARGUMENTS_INVALID, McpToolError and others of the upstream. */
  callTool(call: {
    readonly server: string;
    readonly tool: string;
    readonly arguments: Record<string, unknown>;
    readonly signal: AbortSignal;
  }): Promise<unknown>;
}

/** Options of {@linkcode createCallServer}. */
export interface CreateCallServerOptions {
  /** What the run may call. */
  readonly capabilities: readonly Capability[];
  readonly limits: Limits;
  readonly journal: Journal;
  readonly upstream: ToolCaller;
  /** Aborts when the run ends. */
  readonly signal: AbortSignal;
}

/**
 * Makes the one way from a run to the tools: is it allowed, write it down, call, answer. Resolves to
 * the body of the answer.
 */
export function createCallServer(
  { capabilities, limits, journal, upstream, signal }: CreateCallServerOptions,
): (call: ServedCall) => Promise<Uint8Array> {
  const allowed = new Set(capabilities.map(keyOf));
  return async ({ argumentBytes, ...call }) => {
    const entry = journal.begin({ server: call.server, tool: call.tool, argumentBytes });
    try {
      if (!allowed.has(keyOf(call))) throw denied(call);
      const body = encodeBody(await upstream.callTool({ ...call, signal }));
      if (body.length > limits.callBytes) throw tooLarge(call, limits);
      entry.settle({ outcome: "ok", resultBytes: body.length });
      return body;
    } catch (error) {
      entry.settle(settledOf(error, call));
      throw error;
    }
  };
}

type Called = Pick<ServedCall, "server" | "tool" | "arguments">;

function keyOf({ server, tool }: Capability): string {
  return JSON.stringify([server, tool]);
}

function denied({ server, tool }: Capability): AirlockError {
  return new AirlockError(
    "TOOL_DENIED",
    `Cannot call ${server}.${tool}: the program does not import it`,
    { hint: "Import the wrapper, or give callTool() both names as plain strings" },
  );
}

function tooLarge({ server, tool }: Capability, limits: Limits): AirlockError {
  return new AirlockError(
    "TOO_LARGE",
    `Cannot use result of ${server}.${tool}: more than ${limits.callBytes} bytes`,
    { hint: "Ask the tool for less at a time" },
  );
}

function settledOf(error: unknown, { server, tool, arguments: args }: Called) {
  if (error instanceof McpToolError) {
    const { message } = error;
    const failure = { server, tool, message, argument: blamedArgument(message, args) };
    return { outcome: "tool_error", code: "TOOL_FAILED", failure } as const;
  }
  const code: ErrorCode = error instanceof AirlockError ? error.code : "INTERNAL";
  return { outcome: code === "TOOL_DENIED" ? "denied" : "failed", code } as const;
}
