import { AirlockError } from "../model/errors.ts";
import type { PrivacySession } from "./privacy_session.ts";
import { KnownValues } from "./detect/known_values.ts";
import type { DeriveOutcome } from "./restore/derive.ts";
import type { MaskContext } from "./mask/mask_context.ts";
import { withoutLastWord } from "./mask/cut_masked.ts";
import type { Protection } from "./protection.ts";
import type { RestoreOutcome } from "./restore/restore_outcome.ts";
import type { VaultEntry } from "./vault/vault_entry.ts";
import type { CalledTool, DerivedFact, RunPrivacy } from "./run_privacy.ts";

const OUT: MaskContext = { direction: "out" };

/** Creates the privacy of a run from its session's. */
export function createRunPrivacy(
  privacy: PrivacySession,
  { protection, audit, keepTokens }: {
    readonly protection: Protection;
    readonly audit?: { settled(): Promise<void> } | undefined;
    /** Writes new tokens to the vault before they are handed out. */
    readonly keepTokens: () => Promise<void>;
  },
): RunPrivacy {
  const soon = async (text: string, context: MaskContext) => {
    const masked = await privacy.maskLongText(text, context);
    await keepTokens();
    return masked;
  };
  const mask = async (value: unknown, context: MaskContext) => {
    const masked = await privacy.mask(value, context);
    await keepTokens();
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
    maskOutbound: (text) => soon(text, OUT),
    async maskOutboundAll(texts) {
      const masked = await privacy.maskTexts(texts, OUT);
      await keepTokens();
      return masked;
    },
    async maskOutboundJson(json, deadline = Infinity) {
      const masked = await privacy.maskJson(json, { ...OUT, deadline });
      await keepTokens();
      return masked;
    },
    derive: (fact, subject) => factOf(privacy.derive(fact, subject)),
    same: (one, other) => factOf(privacy.same(one, other)),
  };
}

/** Looks for the sent values in the answer: they come back under any name. */
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
