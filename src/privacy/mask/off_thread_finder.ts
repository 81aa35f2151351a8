import type { Finding } from "../find/scan.ts";
import type { Profile } from "../protection.ts";
import type { PrivacySettings } from "../privacy_settings.ts";
import { FAILED, type FindAnswer, type FindRequest } from "./find_worker.ts";

/** Options of {@linkcode OffThreadFinder.find}. */
export interface OffThreadFindOptions {
  /** How long it may take; the worker is ended after it. */
  readonly budgetMs: number;
}

interface Waiting {
  readonly resolve: (found: (Finding[] | "failed")[] | "late") => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

/**
 * Searches texts in a thread of its own, so that not even a pattern that takes for ever holds the
 * event loop. It keeps nothing of a session and may serve all of them.
 */
export class OffThreadFinder implements Disposable {
  readonly #settings: PrivacySettings;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #id = 0;

  constructor(settings: PrivacySettings) {
    this.#settings = settings;
  }

  /**
   * The findings of each text. What the session knows is not looked for here.
   *
   * @returns `late` when time was up, or when the worker failed
   */
  find(
    profile: Profile,
    texts: readonly string[],
    { budgetMs }: OffThreadFindOptions,
  ): Promise<(Finding[] | "failed")[] | "late"> {
    const { promise, resolve } = Promise.withResolvers<(Finding[] | "failed")[] | "late">();
    const id = ++this.#id;
    this.#waiting.set(id, { resolve, timer: setTimeout(() => this.#giveUp(), budgetMs) });
    const request: FindRequest = {
      id,
      settings: this.#settings,
      profile,
      joined: texts.join(""),
      lengths: Int32Array.from(texts, (text) => text.length),
    };
    this.#start().postMessage(request);
    return promise;
  }

  /** Ends the thread. Whoever still waits is told that time is up. */
  [Symbol.dispose](): void {
    this.#giveUp();
  }

  #start(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(new URL("./find_worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<FindAnswer>) => this.#take(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#giveUp();
    };
    this.#worker = worker;
    return worker;
  }

  #take(answer: FindAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    if (waiting === undefined) return;
    this.#waiting.delete(answer.id);
    clearTimeout(waiting.timer);
    waiting.resolve(readAnswer(answer));
  }

  #giveUp(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const { resolve, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      resolve("late");
    }
    this.#waiting.clear();
  }
}

/** Five numbers a finding: start, end, strength, and the places of two words. */
function readAnswer({ lengths, numbers, words }: FindAnswer): (Finding[] | "failed")[] {
  let place = 0;
  const readFinding = () => {
    const [start, end, strength, kind, detector] = numbers.subarray(place, place += 5);
    return {
      start: start!,
      end: end!,
      strength: strength!,
      kind: words[kind!]!,
      detector: words[detector!]!,
    };
  };
  return Array.from(
    lengths,
    (count) => count === FAILED ? "failed" : Array.from({ length: count }, readFinding),
  );
}
