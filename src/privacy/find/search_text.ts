import type { Finder } from "./find.ts";
import { type Finding, moveFinding } from "./scan.ts";
import { TextScanner } from "./text_scanner.ts";

/** Options of {@linkcode searchText}. */
export interface SearchTextOptions {
  /** When to give up, by the clock of `performance.now()`. Default: never. */
  readonly deadline?: number;
}

/**
 * The findings of a text of any length.
 *
 * @returns `late` when the deadline came first, `failed` when a detector threw: in both cases
 * nobody knows what is in the text
 */
export function searchText(
  finder: Finder,
  text: string,
  { deadline = Infinity }: SearchTextOptions = {},
): Finding[] | "late" | "failed" {
  const scanner = new TextScanner(finder);
  const findings: Finding[] = [];
  let offset = 0;
  try {
    for (const parts of [scanner.push(text), scanner.end()]) {
      for (const part of parts) {
        for (const finding of part.findings) {
          findings.push(moveFinding(finding, finding.start + offset, finding.end + offset));
        }
        offset += part.text.length;
        if (offset < text.length && performance.now() > deadline) return "late";
      }
    }
  } catch {
    return "failed";
  }
  return findings;
}
