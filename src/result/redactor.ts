import type { RunPrivacy } from "../privacy/run_privacy.ts";
import { inSlices } from "../work/host_turns.ts";
import { hideInSlices } from "./hide_in_slices.ts";

/**
 * The one way by which what a run says leaves it: to the model, to a log, to an event. What has gone
 * through holds no path of the host and no personal data.
 */
export interface Redactor {
  /** A text: a line of the log, a message, a file's name. */
  text(text: string): Promise<string>;
  /** Texts that go together: cheaper than one by one. */
  texts(texts: readonly string[]): Promise<string[]>;
  /**
   * A value, given and returned as JSON.
   *
   * @param deadline by the clock of `performance.now()`
   * @throws {AirlockError} TIMED_OUT after the deadline
   */
  json(json: string, deadline: number): Promise<string>;
}

/** Options of {@linkcode createRedactor}. */
export interface CreateRedactorOptions {
  readonly privacy: RunPrivacy;
  /** Whose turns the work takes. */
  readonly principal: string;
  /** Takes the host's paths out of a text. */
  hidePaths(text: string): string;
}

/** Makes the redactor of a run. */
export function createRedactor({ privacy, principal, hidePaths }: CreateRedactorOptions): Redactor {
  return {
    text: (text) => privacy.maskOutbound(hidePaths(text)),
    async texts(texts) {
      const hidden: string[] = [];
      await inSlices(texts, (text) => hidden.push(hidePaths(text)), principal);
      return await privacy.maskOutboundAll(hidden);
    },
    async json(json, deadline) {
      const hidden = await hideInSlices(json, { hidePaths, principal, deadline });
      return await privacy.maskOutboundJson(hidden, deadline);
    },
  };
}
