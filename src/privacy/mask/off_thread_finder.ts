import type { Finding } from "../detect/scan.ts";
import type { Profile } from "../protection.ts";
import type { PrivacySettings } from "../../model/privacy_settings.ts";
import { FAILED, type FindAnswer, type FindRequest } from "./find_texts.ts";

/** Has texts searched elsewhere; rejects where that takes too long or cannot be. */
export type RunFindJob = (
  request: FindRequest,
  options: {
    readonly principal: string;
    readonly budgetMs: number;
    readonly signal?: AbortSignal | undefined;
    /** Gives the pieces of a text that is asked for piece by piece. */
    readonly lookups: { readonly piece: (index: number) => string };
  },
) => Promise<FindAnswer>;

/** Options of {@linkcode OffThreadFinder}. */
export interface OffThreadFinderOptions {
  readonly settings: PrivacySettings;
  /** Whose texts they are. */
  readonly principal: string;
  /** Ends all searches. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of {@linkcode OffThreadFinder.find}. */
export interface OffThreadFindOptions {
  /** How long it may take. */
  readonly budgetMs: number;
}

type Found = (Finding[] | "failed")[] | "late";

/** How many characters go in one message, unless one text alone has more. */
const MOST_CHARACTERS = 256 * 1024;
/** A longer text goes in pieces of this length. */
const PIECE = 1024 * 1024;
/** How many searches of one door are under way at once; the others stand behind. */
const AT_ONCE = 2;

/**
 * Has the texts of one principal searched in another process, so that not even a pattern that takes
 * for ever holds the event loop.
 */
export class OffThreadFinder {
  readonly #run: RunFindJob;
  readonly #options: OffThreadFinderOptions;
  readonly #behind: (() => void)[] = [];
  #underWay = 0;

  /** @param run does one search */
  constructor(run: RunFindJob, options: OffThreadFinderOptions) {
    this.#run = run;
    this.#options = options;
  }

  /**
   * The findings of each text. What the session knows is not looked for here.
   *
   * @returns `late` when time was up, or when the search failed
   */
  async find(
    profile: Profile,
    texts: readonly string[],
    { budgetMs }: OffThreadFindOptions,
  ): Promise<Found> {
    const deadline = performance.now() + budgetMs;
    const parts = await Promise.all(
      cut(texts).map((part) => this.#inTurn(() => this.#search(profile, part, deadline))),
    );
    return parts.every((part) => part !== "late") ? parts.flat() : "late";
  }

  async #inTurn(search: () => Promise<Found>): Promise<Found> {
    if (this.#underWay >= AT_ONCE) {
      await new Promise<void>((resolve) => this.#behind.push(resolve));
    } else this.#underWay++;
    try {
      return await search();
    } finally {
      // The next takes the place over.
      const next = this.#behind.shift();
      if (next === undefined) this.#underWay--;
      else next();
    }
  }

  async #search(profile: Profile, texts: readonly string[], deadline: number): Promise<Found> {
    // What stands behind others has its time too.
    const budgetMs = Math.ceil(deadline - performance.now());
    if (budgetMs <= 0) return "late";
    const { settings, principal, signal } = this.#options;
    const [first = ""] = texts;
    const request: FindRequest = texts.length === 1 && first.length > PIECE
      ? { settings, profile, texts: [], pieces: Math.ceil(first.length / PIECE) }
      : { settings, profile, texts };
    const lookups = {
      piece: (index: number) => first.slice(index * PIECE, (index + 1) * PIECE),
    };
    try {
      return readAnswer(await this.#run(request, { principal, signal, budgetMs, lookups }));
    } catch {
      return "late";
    }
  }
}

function cut(texts: readonly string[]): readonly (readonly string[])[] {
  const parts: string[][] = [];
  let size = Infinity;
  for (const text of texts) {
    if (size + text.length > MOST_CHARACTERS) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)!.push(text);
    size += text.length;
  }
  return parts;
}

/** Five numbers a finding: start, end, strength, and the places of two words. */
function readAnswer({ lengths, numbers, words }: FindAnswer): (Finding[] | "failed")[] {
  let place = 0;
  const readFinding = () => {
    const [start, end, strength, kind, detector] = numbers.slice(place, place += 5);
    return {
      start: start!,
      end: end!,
      strength: strength!,
      kind: words[kind!]!,
      detector: words[detector!]!,
    };
  };
  return lengths.map((count) =>
    count === FAILED ? "failed" : Array.from({ length: count }, readFinding)
  );
}
