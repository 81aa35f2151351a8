/** One act on one value, for the audit; it never holds the value. */
export interface PrivacyEvent {
  /** Rises by one with every event of the session. */
  readonly seq: number;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly session: string;
  /** `in`: from a server or a person; `out`: to the model; `call`: into a tool's arguments. */
  readonly direction: "in" | "out" | "call";
  /** The server that the value came from or goes to. */
  readonly server?: string;
  readonly tool?: string;
  /** Where it stood: keys joined by full stops, places in lists as numbers; masked themselves. */
  readonly path: string;
  readonly kind: string;
  /** The token that stands for it, where it has one. */
  readonly token?: string;
  /** The rule that found it, or that decided about it. */
  readonly detector: string;
  /** 0 to 1. */
  readonly confidence: number;
  readonly action:
    | "masked"
    | "quoted"
    | "withheld"
    | "blocked"
    | "restored"
    | "denied"
    | "asked"
    | "derived"
    | "revealed";
  /** What a person gave as the reason to see the value. */
  readonly reason?: string;
  /** UTF-16 code units of the value. */
  readonly length: number;
  /** Computes the keyed HMAC of the value; called when the event is written. */
  fingerprint(): string | undefined;
}

/** Takes the events of one act, in order, and the principal whose work they come from. */
export type PrivacySink = (events: readonly PrivacyEvent[], principal: string) => void;
