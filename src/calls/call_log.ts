import type { ErrorCode } from "../model/errors.ts";
import type { CallFailure } from "../result/outcome_of.ts";
import type { CallRecord } from "../model/run_result.ts";

/** A call that was begun. */
interface LoggedCall {
  /** Order in which the calls were made, from 1. */
  readonly seq: number;
  /** Says what became of it; later words are not heard. */
  settle(outcome: Settled): void;
}

/** What became of a call. */
export interface Settled {
  readonly outcome: Exclude<CallRecord["outcome"], "unfinished">;
  readonly code?: ErrorCode;
  readonly resultBytes?: number;
  /** What the tool said, where it failed. */
  readonly failure?: CallFailure;
  /** Whether it was made before the run was resumed. */
  readonly isReplayed?: boolean;
}

/** A call as it is begun. */
export interface BegunCall {
  readonly server: string;
  readonly tool: string;
  readonly argumentBytes: number;
}

/** The ordered record of one run's tool calls. */
export class CallLog {
  readonly #calls: CallRecord[] = [];
  readonly #onCall: (call: CallRecord) => void;
  readonly #failures: CallFailure[] = [];
  #closed = false;

  /** `onCall` hears of each call when it is settled. */
  constructor(onCall: (call: CallRecord) => void = () => {}) {
    this.#onCall = onCall;
  }

  /** Records a call before it is made. */
  begin(call: BegunCall): LoggedCall {
    const began = performance.now();
    const record: CallRecord = {
      ...call,
      seq: this.#calls.length + 1,
      outcome: "unfinished",
      ms: 0,
      resultBytes: 0,
    };
    this.#calls.push(record);
    return {
      seq: record.seq,
      settle: ({ outcome, code, resultBytes = 0, isReplayed = false, failure }) => {
        if (this.#closed || record.outcome !== "unfinished") return;
        Object.assign(record, { outcome, resultBytes, ms: round(performance.now() - began) });
        if (code !== undefined) record.code = code;
        if (isReplayed) record.replayed = true;
        if (failure !== undefined) this.#failures.push(failure);
        this.#onCall({ ...record });
      },
    };
  }

  /** Says that the run has ended: what is not settled by now stays unfinished. */
  close(): void {
    this.#closed = true;
  }

  /** What tools said that failed. */
  failures(): readonly CallFailure[] {
    return this.#failures;
  }

  /** All calls until now. */
  calls(): CallRecord[] {
    return this.#calls.map((call) => ({ ...call }));
  }
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
