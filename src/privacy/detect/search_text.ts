import type { Finder } from "./find.ts";
import { type Finding, moveFinding } from "./scan.ts";
import { MAX_PRIVATE_KEY, privateKeyEnd } from "./find_private_key.ts";

/**
 * The findings of a text of any length.
 *
 * @returns `late` when the deadline came first, `failed` when a detector threw: in both cases
 * the text is not searched to its end
 */
export function searchText(
  finder: Finder,
  text: string,
  { deadline = Infinity }: {
    /** When to give up, by the clock of `performance.now()`. Default: never. */
    readonly deadline?: number;
  } = {},
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

/** A part of a text whose findings are settled: nothing that follows can change them. */
interface ScannedPart {
  readonly text: string;
  /** With places in the part. */
  readonly findings: readonly Finding[];
}

/**
 * How many characters are searched at once: as many whole lines as fit, or a part of a very long one
 * that is cut where a word ends.
 */
const WINDOW = 16_384;
/** What a window sees beyond its end. */
const LOOK_AHEAD = 1_024;
/** What a part sees of the text before it: more than any word that decides stands away. */
const LOOK_BACK = 256;

const KEY_BEGINS = /-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----/g;
/** With fewer characters behind a header it is open whether a key follows. */
const KEY_SETTLES = 512;

/**
 * Searches a text that comes in pieces. It is cut into parts only by what stands in it: after lines,
 * within a very long line after words, never within a private key. So the pieces it came in make no
 * difference to what is found.
 */
export class TextScanner {
  readonly #finder: Finder;
  /** What is settled and still looked back at, and behind it what is not. */
  #text = "";
  #settled = 0;

  constructor(finder: Finder) {
    this.#finder = finder;
  }

  /** How many characters wait for what follows them. */
  get waiting(): number {
    return this.#text.length - this.#settled;
  }

  /** Takes more of the text and gives the parts that are settled. */
  *push(piece: string): Generator<ScannedPart> {
    this.#text += piece;
    if (piece.includes("\n") || this.waiting > WINDOW + LOOK_AHEAD) yield* this.#cut("more");
  }

  /** Forgets what waits. */
  drop(): void {
    this.#text = "";
    this.#settled = 0;
  }

  /** The rest of the text. Nothing may be pushed after. */
  *end(): Generator<ScannedPart> {
    yield* this.#cut("end");
  }

  *#cut(follows: "more" | "end"): Generator<ScannedPart> {
    while (this.#settled < this.#text.length) {
      const part = this.#nextPart(this.#settled, follows);
      if (part === undefined) break;
      this.#settled += part.text.length;
      yield part;
    }
    const start = Math.max(0, this.#settled - LOOK_BACK);
    this.#text = this.#text.slice(start);
    this.#settled -= start;
  }

  #nextPart(start: number, follows: "more" | "end"): ScannedPart | undefined {
    const text = this.#text;
    const wholeLines = endOfLines(text, start);
    if (wholeLines !== undefined) {
      return this.#settle(start, wholeLines, this.#search(start, wholeLines));
    }
    const lineEnd = isLong(text, start) ? undefined : endOfLine(text, start, follows);
    if (lineEnd !== undefined && lineEnd - start <= WINDOW + LOOK_AHEAD) {
      return this.#settle(start, lineEnd, this.#search(start, lineEnd));
    }
    return text.length - start > WINDOW + LOOK_AHEAD && !isInKey(text, start)
      ? this.#window(start)
      : undefined;
  }

  /** The first part of a very long line: up to the last word's end that no finding crosses. */
  #window(start: number): ScannedPart {
    const findings = this.#search(start, start + WINDOW + LOOK_AHEAD);
    let end = start + WINDOW;
    // Only in this half: to look through all that lies before for each window would take for ever.
    const half = this.#text.slice(start + WINDOW / 2, end);
    const space = Math.max(half.lastIndexOf(" "), half.lastIndexOf(","));
    if (space > 0) end = start + WINDOW / 2 + space + 1;
    for (const finding of findings.toReversed()) {
      if (finding.start < end && finding.end > end) {
        end = finding.start > start
          ? finding.start
          : Math.min(finding.end, start + WINDOW + LOOK_AHEAD);
      }
    }
    if (isLowSurrogate(this.#text.charCodeAt(end))) end++;
    return this.#settle(start, end, findings.filter((finding) => finding.end <= end));
  }

  #search(start: number, end: number): Finding[] {
    const from = Math.max(0, start - LOOK_BACK);
    const findings = this.#finder.find(this.#text.slice(from, end));
    const settled: Finding[] = [];
    for (const finding of findings) {
      if (finding.end + from <= start) continue;
      // What reaches over from a part that is settled is masked from here on.
      const begin = Math.max(start, finding.start + from);
      settled.push(moveFinding(finding, begin, finding.end + from));
    }
    return settled;
  }

  #settle(start: number, end: number, findings: readonly Finding[]): ScannedPart {
    return {
      text: this.#text.slice(start, end),
      findings: findings.map((finding) =>
        moveFinding(finding, finding.start - start, finding.end - start)
      ),
    };
  }
}

/** Where the last of the whole lines ends that fit into a window, when no key begins in them. */
function endOfLines(text: string, start: number): number | undefined {
  const part = text.slice(start, start + WINDOW);
  const newline = part.lastIndexOf("\n");
  return newline < 0 || part.includes("-----BEGIN ") ? undefined : start + newline + 1;
}

/** Whether a line is longer than a window, which is told without looking for its end. */
function isLong(text: string, start: number): boolean {
  const end = start + WINDOW + LOOK_AHEAD;
  if (text.length <= end) return false;
  const part = text.slice(start, end);
  return !part.includes("\n") && !part.includes("-----BEGIN ");
}

/** Where the line ends that begins at a place; a private key counts as one line with its last. */
function endOfLine(text: string, start: number, follows: "more" | "end"): number | undefined {
  let from = start;
  while (true) {
    const newline = text.indexOf("\n", from);
    const end = newline < 0 ? text.length : newline + 1;
    const keyEnd = lastKeyEnd(text, start, end);
    if (keyEnd === undefined || keyEnd <= end) {
      return newline < 0 && follows === "more" ? undefined : end;
    }
    if (keyEnd > text.length) return follows === "more" ? undefined : text.length;
    from = keyEnd;
  }
}

/** Where the last private key that begins in a part of a text ends, as far as it has come. */
function lastKeyEnd(text: string, start: number, end: number): number | undefined {
  let last: number | undefined;
  const part = text.slice(start, end);
  if (!part.includes("-----BEGIN ")) return undefined;
  for (const { 0: header, index } of part.matchAll(KEY_BEGINS)) {
    const begin = start + index;
    const keyEnd = privateKeyEnd(text, begin);
    const isOpen = keyEnd === text.length && keyEnd - begin < MAX_PRIVATE_KEY;
    const isEarly = keyEnd === undefined && text.length - begin < header.length + KEY_SETTLES;
    // Beyond what there is: the end is still to come.
    last = isOpen || isEarly ? text.length + 1 : keyEnd ?? last;
  }
  return last;
}

function isInKey(text: string, start: number): boolean {
  const end = lastKeyEnd(text, start, Math.min(text.length, start + WINDOW));
  return end !== undefined && end > text.length;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
