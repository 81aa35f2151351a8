import type { Limits } from "../config/limits.ts";
import { AirlockError, type ErrorCode } from "../model/errors.ts";
import { McpToolError } from "../upstream/mcp_tool_error.ts";
import type { RunAudit } from "../audit/audit_trail.ts";
import { withTurns } from "../work/host_turns.ts";
import { encodeJsonInSteps } from "../text/write_json.ts";
import type { RunPrivacy } from "../privacy/run_privacy.ts";
import { blamedArgument, isDenial } from "../result/outcome_of.ts";
import type { CallRecorder } from "./call_recorder.ts";
import type { Capability } from "../model/capability.ts";
import { exceedsBounds, newSize, type ValueSize } from "./exceeds_bounds.ts";
import type { Journal } from "./journal.ts";
import { maskError } from "./refusals.ts";
import { encodeBody } from "../model/frames.ts";
import type { EffectHint } from "../model/recorded_call.ts";
import type { ServedCall } from "./serve_run.ts";

/** The upstream side of a call. */
export interface ToolCaller {
  /** Throws AirlockError ARGUMENTS_INVALID, McpToolError and others of the upstream. */
  callTool(call: {
    readonly server: string;
    readonly tool: string;
    readonly arguments: Record<string, unknown>;
    readonly signal: AbortSignal;
    /** Who makes it. */
    readonly principal: string;
    /** Told where the answer is one that is remembered. */
    readonly remembered?: () => void;
  }): Promise<unknown>;
  /** Takes what a tool answered, masked, to learn the type and the size of it. */
  learnResult(answer: {
    readonly server: string;
    readonly tool: string;
    readonly value: unknown;
    /** Its size, as JSON. */
    readonly bytes: number;
  }): void;
}

/** Options of {@linkcode createCallServer}. */
export interface CreateCallServerOptions {
  /** What the run may call. */
  readonly capabilities: readonly Capability[];
  readonly limits: Limits;
  readonly journal: Journal;
  /** Whose calls they are. */
  readonly principal: string;
  /** Where it is written what is sent and what comes of it. */
  readonly audit: RunAudit;
  readonly recorder: Pick<CallRecorder, "perform">;
  /** What a call of the tool leaves behind. */
  readonly effectOf: (tool: Capability) => EffectHint;
  readonly upstream: ToolCaller;
  /** Restores arguments, and masks what comes back. */
  readonly privacy: RunPrivacy;
  /** Refuses a call for what its tool is now; throws what the program is to see. */
  readonly checkTool?: (capability: Capability) => Promise<void>;
  /** Aborts when the run ends. */
  readonly signal: AbortSignal;
}

/**
 * Makes the one way from a run to the tools: is it allowed, write it down, restore, call, mask,
 * answer. Resolves to the body of the answer.
 */
export function createCallServer(
  options: CreateCallServerOptions,
): (call: ServedCall) => Promise<Uint8Array> {
  const { capabilities, limits, journal, principal, audit, recorder, effectOf } = options;
  const { upstream, privacy, checkTool, signal } = options;
  const allowed = new Set(capabilities.map(keyOf));
  return async ({ argumentBytes, ...call }) => {
    const { server, tool } = call;
    const isAllowed = allowed.has(keyOf(call));
    // Names that no configuration knows are the program's words like any other.
    const shown = isAllowed ? { server, tool } : nameIn(privacy, call);
    const entry = journal.begin({ ...shown, argumentBytes });
    const written = audit.call({ seq: entry.seq, ...shown });
    try {
      if (!isAllowed) throw denied(call);
      const flows = await privacy.questions(call.arguments, { server, tool });
      const recorded = { ...call, effect: effectOf(call), flows };
      const { body, isReplayed } = await recorder.perform(recorded, async (approved) => {
        await checkTool?.({ server, tool });
        const exchange = await privacy.restoreArguments(call.arguments, { server, tool, approved });
        await exchange.recorded();
        await written.sends(exchange.arguments);
        const answered = upstream.callTool({
          server,
          tool,
          arguments: exchange.arguments,
          signal,
          principal,
          remembered: () => written.remembered(),
        });
        const result = await answered.catch(async (error) => {
          await written.heard("error", messageOf(error));
          throw await maskError(error, exchange);
        });
        const size = newSize();
        await refuseBeyond(result, { call, limits, principal, size });
        await written.heard("answer", result);
        const masked = await exchange.maskResult(result);
        const body = isLarge(size)
          ? await withTurns(encodeJsonInSteps(masked), principal)
          : encodeBody(masked);
        if (body.length > limits.callBytes) {
          throw tooLarge(call, `more than ${limits.callBytes} bytes`);
        }
        // As a program sees it: names of fields may be personal data too.
        upstream.learnResult({ server, tool, value: masked, bytes: body.length });
        return body;
      });
      entry.settle({ outcome: "ok", resultBytes: body.length, isReplayed });
      await written.settled({ outcome: "ok", body });
      return body;
    } catch (error) {
      const settled = settledOf(error, call);
      entry.settle(settled);
      await written.settled(settled);
      throw error;
    }
  };
}

/** What has too many values to be looked through is not looked through. */
async function refuseBeyond(
  result: unknown,
  { call, limits, principal, size }: {
    readonly call: Capability;
    readonly limits: Limits;
    readonly principal: string;
    /** Is told how large it is. */
    readonly size: ValueSize;
  },
): Promise<void> {
  const { callDepth: depth, callNodes: nodes, callNames: names } = limits;
  const bound = await withTurns(exceedsBounds(result, { depth, nodes, names, size }), principal);
  if (bound === "depth") throw tooLarge(call, `more than ${depth} levels`);
  if (bound === "nodes") throw tooLarge(call, `more than ${nodes} values`);
  if (bound === "names") throw tooLarge(call, `an object of more than ${names} names`);
}

/** What has more is encoded in slices. */
const SMALL: ValueSize = { nodes: 4_000, characters: 256 * 1024 };

function isLarge({ nodes, characters }: ValueSize): boolean {
  return nodes > SMALL.nodes || characters > SMALL.characters;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

type Called = Pick<ServedCall, "server" | "tool" | "arguments">;

function nameIn(privacy: RunPrivacy, { server, tool }: Capability): Capability {
  return { server: privacy.maskNow(server), tool: privacy.maskNow(tool) };
}

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

function tooLarge({ server, tool }: Capability, why: string): AirlockError {
  return new AirlockError(
    "TOO_LARGE",
    `Cannot use result of ${server}.${tool}: ${why}`,
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
  return { outcome: isDenial(code) ? "denied" : "failed", code } as const;
}
