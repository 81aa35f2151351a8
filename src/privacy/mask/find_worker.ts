import { Finder } from "../find/find.ts";
import { searchText } from "../find/search_text.ts";
import { type Profile, Protection } from "../protection.ts";
import type { PrivacySettings } from "../privacy_settings.ts";

/** Texts to be searched, one behind the other. */
export interface FindRequest {
  readonly id: number;
  readonly settings: PrivacySettings;
  readonly profile: Profile;
  readonly joined: string;
  readonly lengths: Int32Array;
}

/** What {@linkcode FindAnswer} says of a text in which a detector threw. */
export const FAILED = -1;

/** What was found: how many in each text, five numbers for each, and the words they point to. */
export interface FindAnswer {
  readonly id: number;
  readonly lengths: Int32Array;
  readonly numbers: Int32Array;
  readonly words: readonly string[];
}

let protection: Protection | undefined;
const finders = new Map<string, Finder>();

/** The thread's side of its worker; the types of the main thread do not know it. */
const thread = globalThis as unknown as {
  onmessage: (event: MessageEvent<FindRequest>) => void;
  postMessage(answer: FindAnswer): void;
};

thread.onmessage = ({ data }: MessageEvent<FindRequest>): void => {
  protection ??= new Protection(data.settings);
  const finder = finders.get(data.profile.name) ??
    new Finder(protection.finderOptions(data.profile));
  finders.set(data.profile.name, finder);
  const words = new Map<string, number>();
  const numbers: number[] = [];
  let place = 0;
  const lengths = data.lengths.map((length) => {
    const findings = searchText(finder, data.joined.slice(place, place += length));
    if (typeof findings === "string") return FAILED;
    for (const { start, end, strength, kind, detector } of findings) {
      numbers.push(start, end, strength, wordId(words, kind), wordId(words, detector));
    }
    return findings.length;
  });
  const answer: FindAnswer = {
    id: data.id,
    lengths,
    numbers: Int32Array.from(numbers),
    words: [...words.keys()],
  };
  thread.postMessage(answer);
};

function wordId(words: Map<string, number>, word: string): number {
  const known = words.get(word);
  if (known !== undefined) return known;
  words.set(word, words.size);
  return words.size - 1;
}
