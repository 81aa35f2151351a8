import { getLexicon } from "./lexicon.ts";
import { toTerm } from "./read_terms.ts";

/** A sentence's end, a line's end, a word that leads on, or a comma or "and" before a word. */
const BREAK =
  /(?<=[.!?;:])\s+|(?<=[。！？；])|\s*\n+\s*|,?\s+(?:and\s+)?(?:then|finally|afterwards|next,)\s+|(?:,\s*(?:and\s+)?|\s+and\s+)(?=(\p{L}+))/gu;

/**
 * The parts of a request that each ask for one thing: sentences, and inside them what stands
 * between ", " or " and " and a following act ("…, then post it", "… and save the file").
 */
export function splitClauses(text: string): string[] {
  const lexicon = getLexicon();
  const clauses: string[] = [];
  let from = 0;
  for (const found of text.matchAll(BREAK)) {
    const word = found[1];
    if (word !== undefined && !lexicon.isAct(toTerm(word.toLowerCase()))) continue;
    clauses.push(text.slice(from, found.index));
    from = found.index + found[0].length;
  }
  clauses.push(text.slice(from));
  return clauses.filter((clause) => /[\p{L}\p{N}]/u.test(clause));
}
