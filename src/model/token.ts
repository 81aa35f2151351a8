/** A token as it stands in a text, in whichever way it is written there. */
export interface TokenPlace {
  readonly start: number;
  readonly end: number;
  /** The token in its one exact form: `[EMAIL_1_k7q]`. */
  readonly token: string;
  readonly kind: string;
  readonly nonce: string;
  /** How its brackets are written, and so how its value must be. */
  readonly writing: "plain" | "percent" | "html";
  /** Whether it is written exactly as a vault writes it. */
  readonly isExact: boolean;
}

/** What tells a token from text that only looks like one: `[item_1_name]`. */
interface TokenGrammar {
  /** The kinds that there are. */
  readonly kinds: ReadonlySet<string>;
  /** The session's own sign: with it, tokens count in any writing; without, only in the exact one. */
  readonly nonce?: string;
}

/** The name of a kind, as it stands in a token. */
export const KIND_NAME = /^[A-Z][A-Z0-9]{0,15}(?:_[A-Z0-9]{1,15}){0,3}$/;

/** The signs that a session's nonce is made of. */
export const NONCE_SIGNS = "abcdefghijkmnpqrstuvwxyz23456789";

/** The ways to write the brackets that lose nothing, each as opening and closing. */
const BRACKETS: readonly (readonly [open: string, close: string, TokenPlace["writing"]])[] = [
  ["\\[", "\\]", "plain"],
  ["\\\\\\[", "\\\\\\]", "plain"],
  ["［", "］", "plain"],
  ["%5b", "%5d", "percent"],
  ["&#91;", "&#93;", "html"],
  ["&#x5b;", "&#x5d;", "html"],
  ["&lsqb;", "&rsqb;", "html"],
  ["&lbrack;", "&rbrack;", "html"],
];
const BODY =
  "([a-z][a-z0-9]{0,15}(?:\\\\?_[a-z0-9]{1,15}){0,3}?)\\\\?_([1-9]\\d{0,8})\\\\?_([a-z0-9]{3,8})";
const ANY = new RegExp(BRACKETS.map(([open, close]) => `${open}${BODY}${close}`).join("|"), "gi");
const GROUPS = 3;

/** Writes a token. */
export function formatToken(kind: string, count: number, nonce: string): string {
  return `[${kind}_${count}_${nonce}]`;
}

/** Whether a text could hold a token at all; far cheaper than looking. */
export function mayHoldToken(text: string): boolean {
  return text.includes("[") || text.includes("%5") || text.includes("&") || text.includes("［");
}

/**
 * The tokens of a text in order, also those that a model wrote with escaped, encoded or full-width
 * brackets or in another case. Nothing else counts as one: no missing bracket, no near miss.
 */
export function findTokens(text: string, grammar: TokenGrammar): TokenPlace[] {
  if (!mayHoldToken(text)) return [];
  return [...text.matchAll(ANY)].flatMap((match) => placeOf(match, grammar) ?? []);
}

/** What is looked through at a stretch. */
const PART_LENGTH = 32 * 1024;
/** Longer than any token in any writing. */
const REACH = 200;

/** Like {@linkcode findTokens}, and pauses now and then, so that others have their turn. */
export function* findTokensInSteps(
  text: string,
  grammar: TokenGrammar,
): Generator<void, TokenPlace[]> {
  if (text.length <= PART_LENGTH) return findTokens(text, grammar);
  if (!mayHoldToken(text)) return [];
  const places: TokenPlace[] = [];
  for (let start = 0; start < text.length;) {
    let next = start + PART_LENGTH;
    for (const match of text.slice(start, next + REACH).matchAll(ANY)) {
      if (match.index >= PART_LENGTH) break;
      const place = placeOf(match, grammar, start);
      next = Math.max(next, start + match.index + match[0].length);
      if (place !== undefined) places.push(place);
    }
    start = next;
    yield;
  }
  return places;
}

function placeOf(
  match: RegExpExecArray,
  { kinds, nonce: own }: TokenGrammar,
  offset = 0,
): TokenPlace | undefined {
  const form = BRACKETS.findIndex((_, index) => match[index * GROUPS + 1] !== undefined);
  const [kind, count, nonce] = match.slice(form * GROUPS + 1, form * GROUPS + 4) as string[];
  const name = kind!.replaceAll("\\", "").toUpperCase();
  const sign = nonce!.toLowerCase();
  const token = formatToken(name, Number(count), sign);
  const isExact = token === match[0];
  if (!kinds.has(name) || !(isExact || own === undefined || own === sign)) return undefined;
  return {
    start: offset + match.index,
    end: offset + match.index + match[0].length,
    token,
    kind: name,
    nonce: sign,
    writing: BRACKETS[form]![2],
    isExact,
  };
}
