import { AirlockError } from "../model/errors.ts";
import type { PrivacySession } from "./privacy_session.ts";
import { KnownValues } from "./detect/known_values.ts";
import type { DeriveOutcome } from "./restore/derive.ts";
import type { MaskContext } from "./mask/mask_context.ts";
import { withoutLastWord } from "./mask/cut_masked.ts";
import type { Protection } from "./protection.ts";
import type { RestoreOutcome, RestoreQuestion } from "./restore/restore_outcome.ts";
import type { VaultEntry } from "./vault/vault_entry.ts";

/** A tool that a run calls. */
interface CalledTool {
  readonly server: string;
  readonly tool: string;
}

/** What a person has allowed of it. */
interface AllowedFlows {
  /** Ids of questions. Default: none. */
  readonly approved?: ReadonlySet<string>;
}

/** One call on its way through the door and back. */
export interface CallExchange {
  /** With real values: for the server alone. */
  readonly arguments: Record<string, unknown>;
  /** Resolves when it is written down what was restored: nothing is sent before. */
  recorded(): Promise<void>;
  /** Masks what the tool answered. */
  maskResult(result: unknown): Promise<unknown>;
  /** Masks a message about the call; `cut` where the end of it is missing. */
  maskMessage(message: string, end: "whole" | "cut"): Promise<string>;
}

/** The door as one run goes through it. */
export interface RunPrivacy {
  /**
   * Restores the arguments of a call.
   *
   * @throws {AirlockError} TOKEN_UNKNOWN, FLOW_DENIED, TOKEN_EMBEDDED, ARGUMENTS_INVALID
   */
  restoreArguments(
    args: Record<string, unknown>,
    called: CalledTool & AllowedFlows,
  ): Promise<CallExchange>;
  /** What a person must allow before the arguments may be restored; nothing is restored by it. */
  questions(
    args: Record<string, unknown>,
    called: CalledTool,
  ): Promise<readonly RestoreQuestion[]>;
  /** Masks a short text that goes to the model: a name. */
  maskNow(text: string): string;
  /** Masks a text that goes to the model. */
  maskOutbound(text: string): Promise<string>;
  /** Masks texts that go to the model together; their tokens are written down together. */
  maskOutboundAll(texts: readonly string[]): Promise<string[]>;
  /**
   * Masks a value that goes to the model, given and returned as JSON.
   *
   * @param deadline by the clock of `performance.now()`. Default: never
   * @throws {AirlockError} TIMED_OUT after the deadline
   */
  maskOutboundJson(json: string, deadline?: number): Promise<string>;
  /** Masks a small value that goes to the model. */
  maskOutboundValueNow(value: unknown): unknown;
  /**
   * Tells a fact about the value behind a token.
   *
   * @throws {AirlockError} FLOW_DENIED, ARGUMENTS_INVALID
   */
  derive(fact: string, subject: unknown): DerivedFact;
  /**
   * Tells whether two values are the same.
   *
   * @throws {AirlockError} FLOW_DENIED, ARGUMENTS_INVALID
   */
  same(one: unknown, other: unknown): DerivedFact;
}

/** What a program may know of a value. */
type DerivedFact = Extract<DeriveOutcome, { status: "derived" }>["value"];

const OUT: MaskContext = { direction: "out" };

/** Makes the door of a run from its session's. */
export function createRunPrivacy(
  privacy: PrivacySession,
  { protection, audit, keepTokens, keepTokensInTurns }: {
    readonly protection: Protection;
    readonly audit?: { settled(): Promise<void> } | undefined;
    /** Writes down the tokens that are new: before anybody has them. */
    readonly keepTokens: () => void;
    /** The same, and others have their turn meanwhile. */
    readonly keepTokensInTurns: () => Promise<void>;
  },
): RunPrivacy {
  const now = (text: string, context: MaskContext) => {
    const masked = privacy.maskText(text, context);
    keepTokens();
    return masked;
  };
  const soon = async (text: string, context: MaskContext) => {
    const masked = await privacy.maskLongText(text, context);
    await keepTokensInTurns();
    return masked;
  };
  const mask = async (value: unknown, context: MaskContext) => {
    const masked = await privacy.mask(value, context);
    await keepTokensInTurns();
    return masked;
  };
  return {
    async restoreArguments(args, called) {
      const outcome = await privacy.restoreInTurns(args, called);
      if (outcome.status !== "restored") throw refusal(outcome, called);
      const context = contextOf(called, outcome.entries);
      return {
        arguments: outcome.value as Record<string, unknown>,
        recorded: async () => {
          if (outcome.entries.size > 0) await audit?.settled();
        },
        maskResult: (result) => mask(result, context),
        async maskMessage(message, end) {
          const masked = await soon(message, context);
          return end === "whole" ? masked : withoutLastWord(masked);
        },
      };
    },
    async questions(args, called) {
      if (!protection.flows.asks) return [];
      const outcome = await privacy.restoreInTurns(args, { ...called, purpose: "question" });
      return outcome.status === "ask" ? outcome.questions : [];
    },
    maskNow: (text) => now(text, OUT),
    maskOutbound: (text) => soon(text, OUT),
    async maskOutboundAll(texts) {
      const masked = await privacy.maskTexts(texts, OUT);
      await keepTokensInTurns();
      return masked;
    },
    async maskOutboundJson(json, deadline = Infinity) {
      const masked = await privacy.maskJson(json, { ...OUT, deadline });
      await keepTokensInTurns();
      return masked;
    },
    maskOutboundValueNow(value) {
      const masked = privacy.maskNow(value, OUT);
      keepTokens();
      return masked;
    },
    derive: (fact, subject) => factOf(privacy.derive(fact, subject)),
    same: (one, other) => factOf(privacy.same(one, other)),
  };
}

/** A door that everything goes through as it is, for a configuration without one. */
export const PASS_THROUGH: RunPrivacy = {
  restoreArguments: (args) =>
    Promise.resolve({
      arguments: args,
      recorded: () => Promise.resolve(),
      maskResult: (result) => Promise.resolve(result),
      maskMessage: (message) => Promise.resolve(message),
    }),
  questions: () => Promise.resolve([]),
  maskNow: (text) => text,
  maskOutbound: (text) => Promise.resolve(text),
  maskOutboundAll: (texts) => Promise.resolve([...texts]),
  maskOutboundJson: (json) => Promise.resolve(json),
  maskOutboundValueNow: (value) => value,
  derive: () => factOf(SWITCHED_OFF),
  same: () => factOf(SWITCHED_OFF),
};

const SWITCHED_OFF: DeriveOutcome = {
  status: "refused",
  reason: "denied",
  message: "Cannot derive: privacy is switched off",
};

/** What was sent comes back under any name, and is then no less personal. */
function contextOf(
  { server, tool }: CalledTool,
  entries: ReadonlySet<VaultEntry>,
): MaskContext {
  if (entries.size === 0) return { direction: "in", server, tool };
  const echoes = new KnownValues("all");
  for (const { kind, forms } of entries) {
    for (const { value } of forms) echoes.add(kind, String(value));
  }
  return { direction: "in", server, tool, echoes };
}

const CODES = {
  unknown: "TOKEN_UNKNOWN",
  denied: "FLOW_DENIED",
  embedded: "TOKEN_EMBEDDED",
  unreadable: "ARGUMENTS_INVALID",
} as const;

function refusal(
  outcome: Exclude<RestoreOutcome, { status: "restored" }>,
  { server, tool }: CalledTool,
): AirlockError {
  if (outcome.status === "ask") {
    const [question] = outcome.questions;
    return new AirlockError(
      "FLOW_DENIED",
      `Cannot send ${question!.token} to ${server}: a person has to allow it first`,
      { hint: "Call it from a program: that one waits for a person" },
    );
  }
  const [first, ...others] = outcome.problems;
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  const at = first!.path === "" ? "" : `, at "${first!.path}"`;
  return new AirlockError(
    CODES[first!.reason],
    `Cannot call ${server}.${tool}${at}: ${lowerFirst(first!.message)}${more}`,
  );
}

function factOf(outcome: DeriveOutcome): DerivedFact {
  if (outcome.status === "derived") return outcome.value;
  throw new AirlockError(
    outcome.reason === "denied" ? "FLOW_DENIED" : "ARGUMENTS_INVALID",
    outcome.message,
  );
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
