import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  type InputRequiredResult,
  type RequestStateCodec,
  type Server,
  type ServerContext,
} from "@modelcontextprotocol/server";
import type { ApprovalsConfig } from "../../config/approvals.ts";
import { OWNER_NAME } from "../../model/permission.ts";
import type { RunResult } from "../../model/run_result.ts";
import type { RunEvent, RunRequest } from "../../model/run_request.ts";
import { callerOf } from "../check_token.ts";
import type { ApprovalForm } from "./approval_form.ts";

/** How the person at a client is asked for the approvals of one call's run. */
export interface Asking extends Disposable {
  /** How long the run waits for that person. */
  readonly patience: Pick<RunRequest, "waitMs" | "waitSignal">;
  /** Receives the events of the run. */
  onEvent(event: RunEvent): void;
  /** Called before a run is resumed. */
  onResume(runId: string): Promise<void>;
  /** Whether a run that waits is resumed, to wait longer. */
  continues(result: RunResult): boolean;
  /** The result that asks the client's person; undefined where the run's own result is returned. */
  answer(result: RunResult): Promise<InputRequiredResult | undefined>;
}

/** For a client without a person who could be asked. */
export const ASKS_NOT: Asking = {
  patience: {},
  onEvent() {},
  onResume: () => Promise.resolve(),
  continues: () => false,
  answer: () => Promise.resolve(undefined),
  [Symbol.dispose]() {},
};

/** The state that a client returns with its answers, sealed. */
export interface AskedState {
  readonly runId: string;
  /** Digest of the program or run of the call that must be repeated. */
  readonly callDigest: string;
  /** Approvals that were asked for, each with the hash of the program shown. */
  readonly asked: readonly (readonly [approvalId: string, programHash: string])[];
}

/** Shows a form at the client; resolves to its answer, unchecked. */
export type Elicit = (
  form: ApprovalForm,
  options: {
    /** Aborts when no answer is needed any more. */
    readonly signal: AbortSignal;
    readonly timeoutMs: number;
  },
) => Promise<unknown>;

/** Whether and how the person at the client of a call can be asked. */
export type AskedClient =
  | { readonly kind: "cannot_ask" }
  | {
    readonly kind: "asks_while_running";
    readonly elicit: Elicit;
    readonly receivesProgress: boolean;
  }
  | {
    readonly kind: "asks_by_result";
    /** By the ids of approvals, unchecked. */
    readonly answers: Readonly<Record<string, unknown>>;
    readonly seal: (state: AskedState) => Promise<string>;
  };

/** Derives from the client's declared capabilities how it is asked, as far as it is trusted. */
export function askedClientOf(
  context: ServerContext,
  { server, isHandshake, codec, config }: {
    readonly server: Server;
    /** Whether the client began with a handshake. */
    readonly isHandshake: boolean;
    readonly codec: RequestStateCodec<AskedState>;
    readonly config: ApprovalsConfig;
  },
): AskedClient {
  const { mcpReq, http } = context;
  const envelope: Readonly<Record<string, unknown>> = mcpReq.envelope ?? {};
  // The library has checked it with the request.
  const declared = isHandshake
    ? server.getClientCapabilities()
    : envelope[CLIENT_CAPABILITIES_META_KEY] as ClientCapabilities | undefined;
  const isTrusted = config.elicitation === "everyone" ||
    config.elicitation === "owner" && callerOf(http).name === OWNER_NAME;
  if (!isTrusted || !showsForms(declared)) return { kind: "cannot_ask" };
  if (!isHandshake) {
    const seal = (state: AskedState) => codec.mint(state, context);
    return { kind: "asks_by_result", answers: mcpReq.inputResponses ?? {}, seal };
  }
  return {
    kind: "asks_while_running",
    receivesProgress: mcpReq._meta?.progressToken !== undefined,
    elicit: (form, { signal, timeoutMs }) =>
      mcpReq.elicitInput({ mode: "form", ...form }, {
        signal,
        timeout: timeoutMs,
        relatedRequestId: mcpReq.id,
      }),
  };
}

/** A client that names no mode of elicitation means forms. */
function showsForms(declared: ClientCapabilities | undefined): boolean {
  const { elicitation } = declared ?? {};
  return elicitation !== undefined &&
    (elicitation.form !== undefined || elicitation.url === undefined);
}
