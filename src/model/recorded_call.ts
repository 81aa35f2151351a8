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
  /** Names the value and its way, for whoever restores it. */
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
