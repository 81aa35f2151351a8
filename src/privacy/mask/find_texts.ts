import { Finder } from "../detect/find.ts";
import type { Finding } from "../detect/scan.ts";
import { searchText, TextSearch } from "../detect/search_text.ts";
import { type Profile, Protection } from "../protection.ts";
import type { PrivacySettings } from "../../model/privacy_settings.ts";

/** Texts to be searched. */
export interface FindRequest {
  readonly settings: PrivacySettings;
  readonly profile: Profile;
  readonly texts: readonly string[];
  /** How many pieces a text has that is asked for piece by piece, and is the only one. */
  readonly pieces?: number;
}

/** Gives a piece of a text that is too long for one message. */
type AskPiece = (index: number) => Promise<string>;

/** Stands in {@linkcode FindAnswer} for a text in which a detector threw. */
const FAILED = -1;

/** What was found: how many in each text, five numbers for each, and the words they point to. */
export interface FindAnswer {
  readonly lengths: readonly number[];
  readonly numbers: readonly number[];
  readonly words: readonly string[];
}

let protection: Protection | undefined;
const finders = new Map<string, Finder>();

/** Searches texts by themselves: what a session knows is not looked for. */
export async function findTexts(
  { settings, profile, texts, pieces }: FindRequest,
  askPiece: AskPiece,
): Promise<FindAnswer> {
  const finder = finderOf(settings, profile);
  if (pieces === undefined) return answerOf(texts.map((text) => searchText(finder, text)));
  return answerOf([await searchPieces(finder, pieces, askPiece)]);
}

async function searchPieces(
  finder: Finder,
  pieces: number,
  askPiece: AskPiece,
): Promise<Finding[] | "failed"> {
  const search = new TextSearch(finder);
  for (let index = 0; index < pieces; index++) search.push(await askPiece(index));
  return search.end();
}

function answerOf(found: readonly (Finding[] | "late" | "failed")[]): FindAnswer {
  const words = new Map<string, number>();
  const numbers: number[] = [];
  const lengths = found.map((findings) => {
    if (typeof findings === "string") return FAILED;
    for (const { start, end, strength, kind, detector } of findings) {
      numbers.push(start, end, strength, wordId(words, kind), wordId(words, detector));
    }
    return findings.length;
  });
  return { lengths, numbers, words: [...words.keys()] };
}

/** A process has one configuration, and of each profile one finder. */
function finderOf(settings: PrivacySettings, profile: Profile): Finder {
  protection ??= new Protection(settings);
  let finder = finders.get(profile.name);
  if (finder === undefined) {
    finder = new Finder(protection.finderOptions(profile));
    finders.set(profile.name, finder);
  }
  return finder;
}

function wordId(words: Map<string, number>, word: string): number {
  const known = words.get(word);
  if (known !== undefined) return known;
  words.set(word, words.size);
  return words.size - 1;
}

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

interface OffThreadFinderOptions {
  readonly settings: PrivacySettings;
  /** Whose texts they are. */
  readonly principal: string;
  /** Ends all searches. */
  readonly signal?: AbortSignal | undefined;
}

type Found = (Finding[] | "failed")[] | "late";

/** How many characters go in one message, unless one text alone has more. */
const MOST_CHARACTERS = 256 * 1024;
/** A longer text goes in pieces of this length. */
const PIECE = 1024 * 1024;
/** How many searches of one finder run at once; the others queue. */
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
    { budgetMs }: {
      /** How long it may take. */
      readonly budgetMs: number;
    },
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
    const lookups = { piece: (index: number) => first.slice(index * PIECE, (index + 1) * PIECE) };
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
