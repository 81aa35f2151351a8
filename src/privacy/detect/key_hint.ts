import { KEY_PHRASES, type KeyHint } from "./key_phrases.ts";
import { keyWords, SHORT_WORDS } from "./key_words.ts";

/** Words at the end of a key that say nothing about what the value is. */
const NEUTRAL_ENDS = new Set(
  ("value values text raw string str full primary secondary main default new old current home work " +
    "office personal business private other alt alternate alternative number line " +
    "1 2 3 4 5 6 7 8 9 c custom field id enc encrypted plain clear plaintext normalized formatted e164 " +
    "input display label").split(" "),
);

/** Owners whose `name` is a thing's: a product's, a file's, a company's. */
const THING_PARENTS = new Set(
  ("product file folder repo repository project package module tool server service app application " +
    "country state category tag label team group role permission event company organization account " +
    "vendor brand model city region department database table column field index branch channel board list " +
    "status type currency language plan feature workflow job task step image container cluster node " +
    "namespace host device domain site page template theme font color plugin extension library dataset " +
    "metric alert policy rule environment stage bucket queue topic drive document sheet store warehouse " +
    "course school hospital song album movie book game recipe ingredient skill language license calendar " +
    "program campaign segment pipeline deal opportunity asset part material unit schema function method " +
    "class variable parameter argument property attribute workspace organizationunit function")
    .split(" "),
);
const ORG_PARENTS = new Set(
  "company organization account vendor employer supplier merchant business bank insurer".split(" "),
);
/** Owners that are people. */
const PERSON_PARENTS = new Set(
  ("user customer contact employee person people patient client member owner author assignee recipient " +
    "sender manager lead candidate applicant student teacher doctor physician guest passenger driver " +
    "attendee participant beneficiary cardholder holder buyer seller agent creator reporter requester " +
    "approver organizer speaker spouse child parent mother father friend player tenant donor volunteer " +
    "resident victim witness staff profile account owner subscriber from to cc bcc billing shipping " +
    "caller signer payee payer insured claimant nurse").split(" "),
);

/** Tokens of paging and of language models are no secrets. */
const HARMLESS_BEFORE = new Set(
  ("page continuation sync cursor next pagination skip stop start end eos bos pad unk max min num total " +
    "prompt completion input output public").split(" "),
);
/** First words of keys that ask or count. */
const QUESTIONS = new Set(
  "is has can should must may use uses with without no not show hide allow allows enable enabled disable require requires required num count max min total valid verify"
    .split(" "),
);
/** Kinds whose values are words: the id of one is no such value. */
const SPOKEN = new Set(["PERSON", "ORG", "LOCATION", "ADDRESS", "SECRET"]);

const LONGEST_PHRASE = 5;

/**
 * What a key says about its value, best first.
 *
 * @param key of the value
 * @param parent the key of the object that holds it, if any
 */
export function keyHints(key: string, parent = ""): readonly KeyHint[] {
  const words = keyWords(key);
  // `isCompany`, `has_email`, `num_users`: a question or a count.
  if (words.length > 1 && QUESTIONS.has(words[0]!)) return [];
  const parentWords = keyWords(parent);
  if (words.join(" ") === "name") return nameHints(parentWords);
  const own = phraseHints(words);
  if (own.length > 0) return own;
  // `emailAddresses[].value`, `phones.home`: the key is neutral and the parent names the kind.
  return words.every(isNeutral) ? phraseHints(parentWords) : [];
}

/** Every word that can end a key that hints at something. */
export function hintEndings(): Set<string> {
  const ofPhrases = [...KEY_PHRASES.keys()].map((phrase) => phrase.split(" ").at(-1)!);
  return new Set(["name", ...ofPhrases, ...NEUTRAL_ENDS, ...SHORT_WORDS]);
}

function nameHints(parentWords: readonly string[]): readonly KeyHint[] {
  const owner = singular(parentWords.at(-1) ?? "");
  if (ORG_PARENTS.has(owner)) return [{ kind: "ORG", certainty: "named" }];
  if (PERSON_PARENTS.has(owner)) return [{ kind: "PERSON", certainty: "named" }];
  return THING_PARENTS.has(owner) ? [] : [{ kind: "PERSON", certainty: "likely" }];
}

function phraseHints(words: readonly string[]): readonly KeyHint[] {
  for (let end = words.length; end > 0; end--) {
    for (let length = Math.min(LONGEST_PHRASE, end); length > 0; length--) {
      const hints = KEY_PHRASES.get(words.slice(end - length, end).join(" "));
      if (hints === undefined) continue;
      const isHarmless = HARMLESS_BEFORE.has(words[end - length - 1] ?? "");
      const isNumbered = words.slice(end).includes("id");
      return hints.filter(({ kind }) =>
        !(kind === "SECRET" && isHarmless) && !(isNumbered && SPOKEN.has(kind))
      );
    }
    if (!isNeutral(words[end - 1]!)) return [];
  }
  return [];
}

function isNeutral(word: string): boolean {
  return NEUTRAL_ENDS.has(word) || /^\d+$/.test(word);
}

function singular(word: string): string {
  if (word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  return word.endsWith("s") && !word.endsWith("ss") ? word.slice(0, -1) : word;
}
