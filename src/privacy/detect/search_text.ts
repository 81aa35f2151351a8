import type { Finder } from "./find.ts";
import { type Finding, moveFinding } from "./scan.ts";
import { type ScannedPart, TextScanner } from "./text_scanner.ts";

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
  const search = new TextSearch(finder);
  return search.push(text, deadline) === "late" ? "late" : search.end();
}

/** The search of a text that comes in pieces, as if it had come at once. */
export class TextSearch {
  readonly #scanner: TextScanner;
  readonly #findings: Finding[] = [];
  #offset = 0;
  #isFailed = false;

  constructor(finder: Finder) {
    this.#scanner = new TextScanner(finder);
  }

  /** Takes more of the text; `late` when the deadline came before it was searched. */
  push(piece: string, deadline = Infinity): "late" | undefined {
    return this.#take(() => this.#scanner.push(piece), deadline);
  }

  /** The findings, with places in the whole text; `failed` when a detector threw. */
  end(): Finding[] | "failed" {
    this.#take(() => this.#scanner.end(), Infinity);
    return this.#isFailed ? "failed" : this.#findings;
  }

  #take(scan: () => Iterable<ScannedPart>, deadline: number): "late" | undefined {
    if (this.#isFailed) return undefined;
    let isLate = false;
    try {
      for (const part of scan()) {
        if (isLate) return "late";
        for (const finding of part.findings) {
          const { start, end } = finding;
          this.#findings.push(moveFinding(finding, start + this.#offset, end + this.#offset));
        }
        this.#offset += part.text.length;
        isLate = performance.now() > deadline;
      }
    } catch {
      this.#isFailed = true;
    }
    return undefined;
  }
}
