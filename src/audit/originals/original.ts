/** Something that the audit holds only masked or as a digest. */
export interface Original {
  readonly runId: string;
  /** Which call of the run it is of, from 1; 0 for the run's own. */
  readonly call: number;
  readonly part: "program" | "arguments" | "answer" | "error" | "result";
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** As JSON; of a longer one the beginning. */
  readonly text: string;
  /** UTF-16 code units of the whole of it. */
  readonly length: number;
}

/** What is known of an original without its key. */
export type OriginalLabel = Omit<Original, "text" | "length">;
