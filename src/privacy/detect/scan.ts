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

/** A text being searched: what the lexer marked, and what was found so far. */
export interface Scan {
  readonly text: string;
  readonly marks: Lexer;
  /** Whether findings of a kind are wanted at this level. */
  readonly wants: (kind: string) => boolean;
  readonly findings: Finding[];
}
