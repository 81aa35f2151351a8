/** A call that a program asks for, and what its tool says of itself. */
export interface RecordedCall {
  readonly server: string;
  readonly tool: string;
  readonly arguments: unknown;
  readonly effect: EffectHint;
  /** Values in it that may go only where a person says so. Default: none. */
  readonly flows?: readonly FlowQuestion[];
}

/** Whether a value may go where a call takes it. */
export interface FlowQuestion {
  /** Names the value and its way, for the restore. */
  readonly id: string;
  readonly token: string;
  readonly kind: string;
  /** Servers that it came from. */
  readonly sources: readonly string[];
  /** The argument. */
  readonly path: string;
}

/** What a call leaves behind: nothing, the same however often it is made, or something each time. */
export type EffectHint = "none" | "same" | "each";

/** The arguments of a call as a person who decides about it is shown them. */
export interface WholeArguments {
  /** As JSON, masked; their beginning where not all of them can be shown. */
  readonly text: string;
  /** Why they are not whole, in a few words. */
  readonly unseen?: string | undefined;
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

/** Decides whether a call may be made; may take as long as a person needs. */
export interface CallGate {
  /**
   * Gives the ids of the grants that the call uses up by one.
   *
   * @throws {AirlockError} of why it may not be made
   */
  admit(call: GatedCall): Promise<readonly string[]>;
  /** Spends one call of each grant, before the call is made; false where one has no more. */
  spend(grantIds: readonly string[]): Promise<boolean>;
}
