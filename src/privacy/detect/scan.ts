import type { Lexer } from "./lexer.ts";

/** How sure a finding is, which decides between two that overlap. */
export const STRENGTH = {
  /** A token of a vault: nothing else may look into it. */
  token: 100,
  /** A pattern of the operator's own. */
  custom: 95,
  /** A checksum or an exact grammar. */
  validated: 90,
  /** A key or a label names the kind. */
  labelled: 80,
  /** A value that the session knows. */
  known: 70,
  /** A shape that other things rarely have, or words around it. */
  pattern: 60,
  /** Words that are often names. */
  name: 40,
} as const;

/** The kind of token-shaped text; the mask and the restorer decide what becomes of it. */
export const TOKEN_KIND = "TOKEN";

/** A part of a text that is personal or secret; places count UTF-16 code units. */
export interface Finding {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  /** 0 to 100. */
  readonly strength: number;
  /** The rule that found it. */
  readonly detector: string;
}

/**
 * A finding with other places. Written out, because a spread of objects that many rules made in many
 * ways is what everything else would wait for.
 */
export function moveFinding(finding: Finding, start: number, end: number): Finding {
  return { kind: finding.kind, start, end, strength: finding.strength, detector: finding.detector };
}

/** What the name of a field says about its value. */
export interface KeyHint {
  readonly kind: string;
  /** `named`: the key alone is enough. `likely`: the value must look like one too. */
  readonly certainty: "named" | "likely";
}

/** A text being searched: what the lexer marked, and what was found so far. */
export interface Scan {
  readonly text: string;
  readonly marks: Lexer;
  /** Whether findings of a kind are wanted at this level. */
  readonly wants: (kind: string) => boolean;
  readonly findings: Finding[];
}

/** More than this are told apart by the characters that they take. */
const MANY = 64;

/**
 * Leaves the findings that do not overlap: the stronger wins, then the longer, then the earlier.
 * What is left of a loser beside the winner stays when it is a part of its own.
 *
 * @returns in the order of the text
 */
export function sweep(findings: readonly Finding[]): Finding[] {
  if (findings.length < 2) return [...findings];
  const byRank = findings.toSorted((one, other) =>
    other.strength - one.strength ||
    (other.end - other.start) - (one.end - one.start) ||
    one.start - other.start
  );
  return findings.length > MANY ? keepOfMany(byRank) : keep(byRank);
}

function keep(byRank: readonly Finding[]): Finding[] {
  const kept: Finding[] = [];
  for (const finding of byRank) {
    const place = firstAfter(kept, finding.start);
    const before = kept[place - 1];
    const after = kept[place];
    if (before !== undefined && before.end > finding.start) continue;
    if (after !== undefined && after.start < finding.end) continue;
    kept.splice(place, 0, finding);
  }
  return kept;
}

/** Which characters are taken is written down: to put each in its place among many moves the rest. */
function keepOfMany(byRank: readonly Finding[]): Finding[] {
  const taken = new Uint8Array(byRank.reduce((most, { end }) => Math.max(most, end), 0));
  const kept = byRank.filter(({ start, end }) => {
    for (let place = start; place < end; place++) if (taken[place] === 1) return false;
    taken.fill(1, start, end);
    return true;
  });
  return kept.sort((one, other) => one.start - other.start);
}

function firstAfter(kept: readonly Finding[], start: number): number {
  let low = 0;
  let high = kept.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (kept[middle]!.start < start) low = middle + 1;
    else high = middle;
  }
  return low;
}
