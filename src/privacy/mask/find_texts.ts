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
export type AskPiece = (index: number) => Promise<string>;

/** What {@linkcode FindAnswer} says of a text in which a detector threw. */
export const FAILED = -1;

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
