import type { FlowQuestion, RecordedCall } from "../model/recorded_call.ts";
import type { WholeArguments } from "./show_arguments.ts";

/** Decides whether a call may be made; may take as long as a person needs. */
export interface CallGate {
  /**
   * Gives the ids of the grants that the call uses up by one.
   *
   * @throws {AirlockError} of why it may not be made
   */
  admit(call: GatedCall): Promise<readonly string[]>;
}

/** A call that may be admitted. */
export interface GatedCall extends RecordedCall {
  readonly callKey: string;
  /** From 1, counting the calls of one key. */
  readonly occurrence: number;
  /** The beginning of its arguments, for people. */
  readonly shown: string;
  /** All of its arguments, for the person who decides about it. */
  showAll(): Promise<WholeArguments>;
  readonly flows: readonly FlowQuestion[];
}
