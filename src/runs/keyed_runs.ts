import { AirlockError } from "../model/errors.ts";
import type { RunResult } from "../model/run_result.ts";
import type { RunStore } from "../storage/run_store.ts";
import type { StoredRun } from "../storage/stored_run.ts";
import { digestOf, keyOfRequest } from "./request_identity.ts";
import type { RunRequest } from "../model/run_request.ts";

/** Options of {@linkcode KeyedRuns}. */
export interface KeyedRunsOptions {
  readonly store: RunStore;
  /** Begins a run. */
  readonly begin: (request: RunRequest) => Promise<RunResult>;
  /** Goes on with a run that was asked for before, under the same key. */
  readonly goOn: (stored: StoredRun, request: RunRequest) => Promise<RunResult>;
}

/** What is asked for under an idempotency key, which is run once. */
export class KeyedRuns {
  readonly #options: KeyedRunsOptions;
  readonly #byKey = new Map<string, Asked & { result: Promise<RunResult> }>();

  constructor(options: KeyedRunsOptions) {
    this.#options = options;
  }

  /**
   * Runs what is asked for; what was asked for under the same key is not run again.
   *
   * @throws {AirlockError} IDEMPOTENCY_CONFLICT where something else was
   */
  async start(request: RunRequest): Promise<RunResult> {
    const { store, begin, goOn } = this.#options;
    const key = keyOfRequest(request);
    if (key === undefined) return await begin(request);
    const asked: Asked = { digest: digestOf(request), mode: request.mode ?? "program" };
    const underWay = this.#byKey.get(key);
    const stored = underWay === undefined ? store.findByKey(key) : undefined;
    const before = underWay ?? (stored && askedOf(stored));
    if (before !== undefined && !isSame(asked, before)) {
      throw new AirlockError(
        "IDEMPOTENCY_CONFLICT",
        "Cannot start run: another request was made with the same idempotency key",
      );
    }
    if (underWay !== undefined) return await underWay.result;
    if (stored !== undefined) return await goOn(stored, request);
    const result = begin(request);
    this.#byKey.set(key, { ...asked, result });
    try {
      return await result;
    } finally {
      this.#byKey.delete(key);
    }
  }
}

/** What was asked for under a key. */
interface Asked {
  readonly digest: string;
  /** Absent where it was not written down. */
  readonly mode: "program" | "auto" | undefined;
}

function askedOf({ requestDigest, request: { mode } }: StoredRun): Asked {
  return { digest: requestDigest, mode };
}

function isSame(asked: Asked, before: Asked): boolean {
  return before.digest === asked.digest && (before.mode ?? asked.mode) === asked.mode;
}
