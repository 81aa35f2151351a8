/** What an original is of. */
export interface OriginalOf {
  readonly runId: string;
  /** Number of the call in its run, from 1; 0 for the run itself. */
  readonly call: number;
  readonly part: "program" | "arguments" | "answer" | "error" | "result";
}

/** Takes the originals of what the audit itself holds only masked or as a digest. */
export interface OriginalsSink extends Disposable {
  /** Written in the log, so that a reader knows whether there are originals. */
  readonly kind: "none" | "sealed";
  /**
   * Keeps a JSON text; returns the digest that an entry refers to it by, undefined where none is kept.
   *
   * @throws {AirlockError} AUDIT_FAILED where it cannot be written; what it is of must not happen
   */
  keepJson(of: OriginalOf, json: string): string | undefined;
  /** {@linkcode keepJson} of a value; pauses while its JSON is written. */
  keep(of: OriginalOf, value: unknown): Generator<void, string | undefined>;
}

/** The sink of an audit without originals. */
export const NO_ORIGINALS: OriginalsSink = {
  kind: "none",
  keepJson: () => undefined,
  // deno-lint-ignore require-yield -- there is nothing to pause in
  *keep() {
    return undefined;
  },
  [Symbol.dispose]() {},
};
