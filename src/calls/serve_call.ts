import type { Limits } from "../config/limits.ts";
import { AirlockError, type ErrorCode } from "../model/errors.ts";
import { McpToolError } from "../upstream/mcp_tool_error.ts";
import type { RunAudit } from "../audit/audit_trail.ts";
import { withTurns } from "../work/host_turns.ts";
import { encodeJsonInSteps } from "../text/write_json.ts";
import type { RunPrivacy } from "../privacy/run_privacy.ts";
import { blamedArgument, isDenial } from "../result/outcome_of.ts";
import type { CallJournal } from "./call_journal.ts";
import type { Capability } from "../model/tool.ts";
import { exceedsBounds, newSize, type ValueSize } from "./exceeds_bounds.ts";
import type { BegunCall, CallLog, Settled } from "./call_log.ts";
import { maskError } from "./refusals.ts";
import { encodeBody } from "../model/frames.ts";
import type { EffectHint } from "../model/recorded_call.ts";
import type { ServedCall } from "./serve_run.ts";

/** What a tool answered, masked. */
export interface ToolAnswer extends Capability {
  readonly value: unknown;
  /** Its size, as JSON. */
  readonly bytes: number;
}

/** Told of calls after they are in the audit and the journal; it is not waited for. */
export interface CallListener {
  /** A tool has answered. */
  answered?(answer: ToolAnswer): void;
  /** The program is given the body of an answer, be it one of the journal. */
  returned?(body: Uint8Array): void;
}

/** The upstream side of a call. */
interface ToolCaller {
  /** @throws {McpToolError} and {AirlockError} ARGUMENTS_INVALID and others of the upstream */
  callTool(call: {
    readonly server: string;
    readonly tool: string;
    readonly arguments: Record<string, unknown>;
    readonly signal: AbortSignal;
    readonly principal: string;
    /** Called where the answer is one that was kept. */
    readonly remembered?: () => void;
  }): Promise<unknown>;
}

/** What the calls of one run are served with. */
interface CallServerOptions {
  /** What the run may call. */
  readonly capabilities: readonly Capability[];
  readonly run: {
    readonly limits: Limits;
    readonly principal: string;
    readonly log: CallLog;
    readonly audit: RunAudit;
    /** Aborts when the run ends. */
    readonly signal: AbortSignal;
  };
  readonly journal: Pick<CallJournal, "perform">;
  /** Tells what a call of the tool leaves behind. */
  readonly effectOf: (tool: Capability) => EffectHint;
  readonly upstream: ToolCaller;
  /** Restores arguments, and masks answers. */
  readonly privacy: RunPrivacy;
  /** Refuses a call for what its tool is now; throws what the program is to see. */
  readonly checkTool: (capability: Capability) => Promise<void>;
  readonly listeners: readonly CallListener[];
}

/**
 * Makes the one way from a run to its tools: check, journal, restore, call, mask. The function
 * resolves to the body of the answer.
 */
export function createCallServer(
  options: CallServerOptions,
): (call: ServedCall) => Promise<Uint8Array> {
  const { capabilities, journal, effectOf, privacy, listeners } = options;
  const allowed = new Set(capabilities.map(keyOf));
  return async ({ argumentBytes, ...call }) => {
    const { server, tool } = call;
    const isAllowed = allowed.has(keyOf(call));
    // A name that no configuration has is the program's text, and masked.
    const named = isAllowed ? { server, tool } : await maskName(privacy, call);
    const noted = noteCall({ ...named, argumentBytes }, options);
    try {
      if (!isAllowed) throw denied(call);
      const flows = await privacy.questions(call.arguments, { server, tool });
      const recorded = { ...call, effect: effectOf(call), flows };
      const { body, isReplayed } = await journal.perform(
        recorded,
        (approved) => makeCall(call, { ...options, noted, approved }),
      );
      await noted.settled({ outcome: "ok", body, resultBytes: body.length, isReplayed });
      for (const { returned } of listeners) returned?.(body);
      return body;
    } catch (error) {
      await noted.settled(settledOf(error, call));
      throw error;
    }
  };
}

/** Notes a call in the log of its run and in the audit. */
function noteCall(call: BegunCall, { run: { log, audit } }: CallServerOptions) {
  const logged = log.begin(call);
  const { server, tool } = call;
  const audited = audit.call({ seq: logged.seq, server, tool });
  return {
    ...audited,
    async settled(outcome: Settled & { readonly body?: Uint8Array }) {
      logged.settle(outcome);
      const { outcome: kind, code, body } = outcome;
      await audited.settled({ outcome: kind, code, ...(body && { body }) });
    },
  };
}

/** Restores the arguments, makes the call, and masks what it answers. */
async function makeCall(
  { server, tool, arguments: args }: Called,
  options: CallServerOptions & {
    readonly noted: ReturnType<typeof noteCall>;
    /** Ids of the flows that a person has approved. */
    readonly approved: ReadonlySet<string>;
  },
): Promise<Uint8Array> {
  const { run, upstream, privacy, checkTool, listeners, noted, approved } = options;
  const { principal, signal } = run;
  await checkTool({ server, tool });
  const exchange = await privacy.restoreArguments(args, { server, tool, approved });
  await exchange.recorded();
  await noted.sends(exchange.arguments);
  const answered = upstream.callTool({
    ...{ server, tool, arguments: exchange.arguments, signal, principal },
    remembered: () => noted.remembered(),
  });
  const result = await answered.catch(async (error) => {
    await noted.heard("error", messageOf(error));
    throw await maskError(error, exchange);
  });
  const size = newSize();
  await refuseBeyond(result, { ...run, call: { server, tool }, size });
  await noted.heard("answer", result);
  const value = await exchange.maskResult(result);
  const body = isLarge(size)
    ? await withTurns(encodeJsonInSteps(value), principal)
    : encodeBody(value);
  const { callBytes } = run.limits;
  if (body.length > callBytes) throw tooLarge({ server, tool }, `more than ${callBytes} bytes`);
  // As a program sees it: names of fields may be personal data too.
  for (const { answered } of listeners) answered?.({ server, tool, value, bytes: body.length });
  return body;
}

/** Refuses an answer that has too many values to be looked through. */
async function refuseBeyond(
  result: unknown,
  { call, limits, principal, size }: {
    readonly call: Capability;
    readonly limits: Limits;
    readonly principal: string;
    /** Filled with its size. */
    readonly size: ValueSize;
  },
): Promise<void> {
  const { callDepth: depth, callNodes: nodes, callNames: names } = limits;
  const bound = await withTurns(exceedsBounds(result, { depth, nodes, names, size }), principal);
  if (bound === "depth") throw tooLarge(call, `more than ${depth} levels`);
  if (bound === "nodes") throw tooLarge(call, `more than ${nodes} values`);
  if (bound === "names") throw tooLarge(call, `an object of more than ${names} names`);
}

/** A larger value is encoded in slices. */
const SMALL: ValueSize = { nodes: 4_000, characters: 256 * 1024 };

function isLarge({ nodes, characters }: ValueSize): boolean {
  return nodes > SMALL.nodes || characters > SMALL.characters;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

type Called = Pick<ServedCall, "server" | "tool" | "arguments">;

async function maskName(
  privacy: RunPrivacy,
  { server, tool }: Capability,
): Promise<Capability> {
  return { server: await privacy.maskOutbound(server), tool: await privacy.maskOutbound(tool) };
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
