import { AirlockError } from "../model/errors.ts";
import type { RestoreQuestion } from "./restore/restore_outcome.ts";

export interface CalledTool {
  readonly server: string;
  readonly tool: string;
}

interface AllowedFlows {
  /** Ids of the questions that were answered with yes. Default: none. */
  readonly approved?: ReadonlySet<string>;
}

/** One call: its restored arguments, and the masking of what comes back. */
export interface CallExchange {
  /** With real values, for the server alone. */
  readonly arguments: Record<string, unknown>;
  /** Resolves when the events of the restoring are written; the call is sent after that. */
  recorded(): Promise<void>;
  /** Masks what the tool answered. */
  maskResult(result: unknown): Promise<unknown>;
  /** Masks a message about the call; `cut` where the end of it is missing. */
  maskMessage(message: string, end: "whole" | "cut"): Promise<string>;
}

/** Masks and restores values for one run. */
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
  /** Questions for a person that stand before the restoring of the arguments; restores nothing. */
  questions(
    args: Record<string, unknown>,
    called: CalledTool,
  ): Promise<readonly RestoreQuestion[]>;
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
export type DerivedFact = string | boolean | null;

/** Passes every value as it is, for a configuration with privacy switched off. */
export const PASS_THROUGH: RunPrivacy = {
  restoreArguments: (args) =>
    Promise.resolve({
      arguments: args,
      recorded: () => Promise.resolve(),
      maskResult: (result) => Promise.resolve(result),
      maskMessage: (message) => Promise.resolve(message),
    }),
  questions: () => Promise.resolve([]),
  maskOutbound: (text) => Promise.resolve(text),
  maskOutboundAll: (texts) => Promise.resolve([...texts]),
  maskOutboundJson: (json) => Promise.resolve(json),
  derive: refuse,
  same: refuse,
};

function refuse(): never {
  throw new AirlockError("FLOW_DENIED", "Cannot derive: privacy is switched off");
}
