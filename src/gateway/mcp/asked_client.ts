import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  type RequestStateCodec,
  type Server,
  type ServerContext,
} from "@modelcontextprotocol/server";
import type { ApprovalsConfig } from "../../config/approvals.ts";
import { OWNER_NAME } from "../../model/permission.ts";
import type { ApprovalForm } from "./approval_form.ts";
import type { AskedState } from "./ask_by_result.ts";
import type { ElicitOptions } from "./ask_while_running.ts";
import { callerOf } from "./caller_auth.ts";

/** Whether and how the person at the client of a call can be asked. */
export type AskedClient =
  | { readonly kind: "cannot_ask" }
  | {
    readonly kind: "asks_while_running";
    readonly elicit: (form: ApprovalForm, options: ElicitOptions) => Promise<unknown>;
    readonly hearsProgress: boolean;
  }
  | {
    readonly kind: "asks_by_result";
    /** By the ids of approvals, as they came. */
    readonly answers: Readonly<Record<string, unknown>>;
    readonly seal: (state: AskedState) => Promise<string>;
  };

/** Options of {@linkcode askedClientOf}. */
export interface AskedClientOptions {
  readonly server: Server;
  /** Whether the client began with a handshake. */
  readonly isHandshake: boolean;
  readonly codec: RequestStateCodec<AskedState>;
  readonly config: ApprovalsConfig;
}

/** Finds out what the client of a call has said that it can, as far as its word is taken for it. */
export function askedClientOf(
  context: ServerContext,
  { server, isHandshake, codec, config }: AskedClientOptions,
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
    hearsProgress: mcpReq._meta?.progressToken !== undefined,
    elicit: (form, { signal, timeoutMs }) =>
      mcpReq.elicitInput({ mode: "form", ...form }, {
        signal,
        timeout: timeoutMs,
        relatedRequestId: mcpReq.id,
      }),
  };
}

/** One that names no form of elicitation means this one. */
function showsForms(declared: ClientCapabilities | undefined): boolean {
  const { elicitation } = declared ?? {};
  return elicitation !== undefined &&
    (elicitation.form !== undefined || elicitation.url === undefined);
}
