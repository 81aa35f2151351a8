import { visibleText } from "../../text/visible_text.ts";

export interface WrapLinesOptions {
  /** The most columns that a line takes. */
  readonly width: number;
  /** What stands before the lines: their numbers, or nothing. */
  readonly numbers?: "numbered" | "bare";
  /** What the text is. Default: a text, of which all blank lines are kept. */
  readonly blankLines?: "told" | "kept";
}

/** Begins what goes on from the line above; in no text that is shown it stands for itself. */
const GOES_ON = "↳ ";

/** More blank lines or blanks at once are told, not shown: what comes after them would go unseen. */
const MAX_BLANK_LINES = 3;
const MANY_BLANKS = / {40,}/g;

/** All of a text as lines that fit: none is cut, each longer one goes on in the next. */
export function wrapLines(text: string, options: WrapLinesOptions): string[] {
  const { width, numbers = "bare", blankLines = "kept" } = options;
  const lines = visibleText(text).split("\n");
  const digits = numbers === "bare" ? 0 : String(lines.length).length;
  const margin = (line?: number) =>
    numbers === "bare" ? "" : `${String(line ?? "").padStart(digits)}  `;
  const room = width - margin().length;
  const wrapped: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const blank = blankLines === "kept" ? 0 : countBlank(lines, at);
    if (blank > MAX_BLANK_LINES) {
      wrapped.push(`${margin()}[${blank} blank lines]`);
      at += blank - 1;
      continue;
    }
    wrapLine(lines[at]!, room).forEach((part, index) =>
      wrapped.push(`${margin(index === 0 ? at + 1 : undefined)}${part}`)
    );
  }
  return wrapped;
}

function countBlank(lines: readonly string[], from: number): number {
  let at = from;
  while (at < lines.length && lines[at]!.trim() === "") at++;
  return at - from;
}

/** One line, which is visible text already. */
function wrapLine(line: string, width: number): string[] {
  const plain = line.replaceAll("\t", "  ")
    .replace(MANY_BLANKS, (blanks) => ` [${blanks.length} spaces] `);
  const parts: string[] = [];
  let rest = plain;
  for (;;) {
    const room = parts.length === 0 ? width : width - GOES_ON.length;
    const end = endOfPart(rest, room);
    parts.push(`${parts.length === 0 ? "" : GOES_ON}${rest.slice(0, end)}`);
    rest = rest.slice(end);
    if (rest === "") return parts;
  }
}

/** A letter with its marks, or a sign that is written out, is not taken apart. */
const PIECE = /\\u\{[0-9a-f]{1,6}\}|[\s\S]\p{M}*/uy;

/** Where the part ends that fits: after a statement or a word in its second half, else where it must. */
function endOfPart(text: string, room: number): number {
  let columns = 0;
  let [word, statement] = [0, 0];
  let at = 0;
  while (at < text.length) {
    PIECE.lastIndex = at;
    const piece = PIECE.exec(text)![0];
    const size = piece.startsWith("\\u{") ? piece.length : piece > "\u02ff" ? 2 : 1;
    if (columns + size > room && at > 0) break;
    columns += size;
    at += piece.length;
    if (columns < room / 2) continue;
    if (/[;{}]/.test(piece)) statement = at;
    if (/[\s,()[\]]/.test(piece)) word = at;
  }
  return at === text.length ? at : statement || word || at;
}

/** Lines of one kind are named up to so many. */
const MAX_LINES = 20;
/** Of names that look alike, so many pairs are told. */
const MAX_PAIRS = 10;
/** Shorter names are alike by chance. */
const MIN_NAME_LENGTH = 4;

const RIGHT_TO_LEFT =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** Says in sentences what of a text is not what it seems; `what` is what the text is called. */
export function signWarnings(text: string, what: string): string[] {
  const shown = visibleText(text).split("\n");
  const lines = text.replaceAll("\r\n", "\n").split(/[\n\r\u2028\u2029]/);
  const written = shown.flatMap((line, index) => line === lines[index] ? [] : [index + 1]);
  const reversed = shown.flatMap((line, index) => RIGHT_TO_LEFT.test(line) ? [index + 1] : []);
  return [
    ...written.length === 0 ? [] : [
      `Warning: ${what} has signs that do not show, change how others are read or pass for ` +
      `another; they are written out as \\u{…}${placesOf(written)}`,
    ],
    ...reversed.length === 0 ? [] : [
      `Warning: ${what} has letters that are written from right to left: what stands beside them ` +
      `may be shown in another order${placesOf(reversed)}`,
    ],
    ...lookAlikes(text).map(([one, other]) =>
      `Warning: ${what} has two names that look alike: ${one} and ${other}`
    ),
  ];
}

function placesOf(lines: readonly number[]): string {
  const more = lines.length - MAX_LINES;
  return ` (line ${lines.slice(0, MAX_LINES).join(", ")}${more > 0 ? ` and ${more} more` : ""})`;
}

/** Names of ASCII alone that a person reads as one: `list_leads` and `Iist_leads`. */
function lookAlikes(text: string): [string, string][] {
  const byShape = new Map<string, Set<string>>();
  for (const [name] of text.matchAll(/[A-Za-z_$][\w$]*/g)) {
    if (name.length < MIN_NAME_LENGTH) continue;
    const shape = shapeOf(name);
    byShape.set(shape, (byShape.get(shape) ?? new Set()).add(name));
  }
  return [...byShape.values()].filter(({ size }) => size > 1).slice(0, MAX_PAIRS)
    .map((names) => [...names].slice(0, 2) as [string, string]);
}

function shapeOf(name: string): string {
  return name.replace(/[Il1|]/g, "l").replace(/[O0]/g, "0").replaceAll("rn", "m")
    .replaceAll("vv", "w");
}
