import { JsonScanner } from "../../text/json_scanner.ts";
import { IntList } from "../detect/lexer.ts";
import {
  type FixedNode,
  type JsonNode,
  type LeafNode,
  makeLeaf,
  MOST_SHARED_NAMES,
  type Node,
} from "./node.ts";

const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** So many values are read between two pauses. */
const VALUES_PER_PAUSE = 64;
/** How much of a text is looked at between two pauses. */
const PART_LENGTH = 16 * 1024;
/** A deeper text is no JSON. */
const DEEPEST = 100_000;
/** Of an integer that is kept digit by digit; a longer one is a text of digits. */
const MOST_DIGITS = 100;

const encoder = new TextEncoder();
/** A part of a text that is looked at, between two pauses. */
const bytes = new Uint8Array(3 * PART_LENGTH);

/** What the texts of one snapshot share. */
export interface JsonNames {
  /** The leaf of each name: a table has a million fields and ten names. */
  readonly names: Map<string, LeafNode>;
  /** How many values may still be read within texts; what has more is withheld. */
  valuesLeft: number;
}

export interface SnapshotJsonOptions {
  /** How deep it may be; below that it is withheld as a whole. */
  readonly maxDepth: number;
  /** Takes every leaf, in the order of the text; a name that stands often comes once. */
  readonly onLeaf: (leaf: LeafNode) => void;
  readonly shared: JsonNames;
  /** Whether the text is all that there is, with bounds of its own. Default: false. */
  readonly isWhole?: boolean;
}

/**
 * Takes a snapshot of a text that is a JSON object or list, with the place of every text and number
 * in it, so that only those that are masked are written anew. Spaces, long numbers and the order of
 * keys stay as they are. Pauses between values.
 *
 * @returns nothing for a text that is no JSON; a marker for one that is too deep or has too much in it
 */
export function* snapshotJsonInSteps(
  text: string,
  options: SnapshotJsonOptions,
): Generator<void, JsonNode | FixedNode | undefined> {
  if (!looksLikeJson(text) || !(yield* isJson(text))) return undefined;
  return yield* readJsonInSteps(text, options);
}

/** Whether a text is JSON; what it is of is not made for it. */
function* isJson(text: string): Generator<void, boolean> {
  const scanner = new JsonScanner({ depth: DEEPEST, nodes: Infinity });
  try {
    for (let at = 0; at < text.length; at += PART_LENGTH) {
      const { written } = encoder.encodeInto(text.slice(at, at + PART_LENGTH), bytes);
      scanner.push(bytes.subarray(0, written));
      yield;
    }
    scanner.end();
    return true;
  } catch {
    return false;
  }
}

/** Takes a snapshot of a text that is known to be JSON, be it a single text, number or word. */
export function* readJsonInSteps(
  text: string,
  options: SnapshotJsonOptions,
): Generator<void, JsonNode | FixedNode> {
  const reader = new JsonReader(text, options);
  try {
    const root = yield* reader.read();
    return { type: "json", text, root, parts: reader.parts, places: reader.places };
  } catch (error) {
    if (error instanceof WithheldJson) return { type: "fixed", value: error.marker };
    throw error;
  }
}

/** A text that cannot be looked through. */
class WithheldJson extends Error {
  /** What stands in its place. */
  readonly marker: string;

  constructor(marker: string) {
    super();
    this.marker = marker;
  }
}

/** A quick look, as nearly all texts are none. */
export function looksLikeJson(text: string): boolean {
  const start = skipSpace(text, 0);
  const first = text[start];
  if (first !== "{" && first !== "[") return false;
  // A token is none either: "[E…".
  const second = text[skipSpace(text, start + 1)];
  if (second === undefined || !(first === "{" ? '"}' : '"{[]-0123456789tfn').includes(second)) {
    return false;
  }
  return text.trimEnd().at(-1) === (first === "{" ? "}" : "]");
}

function skipSpace(text: string, from: number): number {
  let place = from;
  while (place < text.length && isSpace(text.charCodeAt(place))) place++;
  return place;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** Reads JSON that is known to be valid. */
class JsonReader {
  readonly parts: (LeafNode | JsonNode)[] = [];
  /** Where each part begins, and where it ends. */
  readonly places = new IntList();
  readonly #text: string;
  readonly #options: SnapshotJsonOptions;
  #place = 0;
  /** Where the next backslash stands. */
  #escape = -1;
  #depth = 0;
  #count = 0;

  constructor(text: string, options: SnapshotJsonOptions) {
    this.#text = text;
    this.#options = options;
  }

  /**
   * Reads the next value.
   *
   * @throws {WithheldJson}
   */
  *read(): Generator<void, Node> {
    return this.#readNow() ?? (yield* this.#readInSteps());
  }

  /** A leaf, as nearly all values are; undefined for what there is more to do with. */
  #readNow(): Node | undefined {
    this.#skipSpace();
    const { shared, isWhole = false } = this.#options;
    if (!isWhole && --shared.valuesLeft < 0) throw new WithheldJson("[WITHHELD:SIZE]");
    switch (this.#text.charCodeAt(this.#place)) {
      case 0x7b:
      case 0x5b:
        return undefined;
      case 0x22:
        return this.#readPlainText();
      case 0x74:
        return this.#readWord("true", true);
      case 0x66:
        return this.#readWord("false", false);
      case 0x6e:
        return this.#readWord("null", null);
      default:
        return this.#readNumber();
    }
  }

  *#readInSteps(): Generator<void, Node> {
    switch (this.#text.charCodeAt(this.#place)) {
      case 0x7b:
        return yield* this.#readRecord();
      case 0x5b:
        return yield* this.#readList();
      default:
        return yield* this.#readJsonText();
    }
  }

  *#readRecord(): Generator<void, Node> {
    const names: LeafNode[] = [];
    const values: Node[] = [];
    this.#enter();
    while (!this.#isClosed(0x7d)) {
      names.push(this.#readName());
      this.#skipSpace();
      this.#place++;
      if (++this.#count % VALUES_PER_PAUSE === 0) yield;
      values.push(this.#readNow() ?? (yield* this.#readInSteps()));
    }
    return { type: "record", names, values, made: "object" };
  }

  *#readList(): Generator<void, Node> {
    const items: Node[] = [];
    this.#enter();
    while (!this.#isClosed(0x5d)) {
      if (++this.#count % VALUES_PER_PAUSE === 0) yield;
      items.push(this.#readNow() ?? (yield* this.#readInSteps()));
    }
    return { type: "list", items, made: "array" };
  }

  #enter(): void {
    if (this.#depth >= this.#options.maxDepth) throw new WithheldJson("[WITHHELD:DEPTH]");
    this.#depth++;
    this.#place++;
  }

  /** Steps over a comma, or over the closing bracket and says so. */
  #isClosed(bracket: number): boolean {
    this.#skipSpace();
    if (this.#text.charCodeAt(this.#place) === 0x2c) {
      this.#place++;
      this.#skipSpace();
    }
    if (this.#text.charCodeAt(this.#place) !== bracket) return false;
    this.#place++;
    this.#depth--;
    return true;
  }

  #readName(): LeafNode {
    const { names } = this.#options.shared;
    const start = this.#place;
    const name = this.#readText();
    const known = names.get(name);
    if (known !== undefined) {
      this.#addPart(known, start);
      return known;
    }
    const leaf = this.#leaf(name, start);
    if (names.size < MOST_SHARED_NAMES) names.set(name, leaf);
    return leaf;
  }

  /** A text; undefined, and nothing read, where it may be JSON itself. */
  #readPlainText(): LeafNode | undefined {
    const start = this.#place;
    const text = this.#readText();
    if (!looksLikeJson(text)) return this.#leaf(text, start);
    this.#place = start;
    this.#escape = -1;
    return undefined;
  }

  *#readJsonText(): Generator<void, Node> {
    const start = this.#place;
    const text = this.#readText();
    const { maxDepth, onLeaf, shared } = this.#options;
    const inside = { onLeaf, shared, maxDepth: maxDepth - this.#depth };
    const nested = yield* snapshotJsonInSteps(text, inside);
    if (nested?.type === "json") {
      this.#addPart(nested, start);
      return nested;
    }
    const leaf = this.#leaf(text, start);
    // It is not searched.
    if (nested !== undefined) leaf.rule = "withhold";
    return leaf;
  }

  /** The ends of texts are looked for natively: one text may be all of a large value. */
  #readText(): string {
    const start = this.#place + 1;
    let end = this.#text.indexOf('"', start);
    if (this.#escape < start) this.#escape = this.#nextEscape(start);
    const isPlain = this.#escape > end;
    while (this.#escape < end) {
      const next = this.#escape + 2;
      if (next > end) end = this.#text.indexOf('"', next);
      this.#escape = this.#nextEscape(next);
    }
    this.#place = end + 1;
    return isPlain
      ? this.#text.slice(start, end)
      : JSON.parse(this.#text.slice(start - 1, end + 1)) as string;
  }

  #nextEscape(from: number): number {
    const place = this.#text.indexOf("\\", from);
    return place < 0 ? Infinity : place;
  }

  #readNumber(): LeafNode {
    NUMBER.lastIndex = this.#place;
    const start = this.#place;
    const written = NUMBER.exec(this.#text)![0];
    this.#place = start + written.length;
    return this.#leaf(numberOf(written), start);
  }

  #readWord(word: string, value: unknown): FixedNode {
    this.#place += word.length;
    return { type: "fixed", value };
  }

  #leaf(value: string | number | bigint, start: number): LeafNode {
    const leaf = makeLeaf(value);
    this.#addPart(leaf, start);
    this.#options.onLeaf(leaf);
    return leaf;
  }

  #addPart(part: LeafNode | JsonNode, start: number): void {
    this.parts.push(part);
    this.places.push(start);
    this.places.push(this.#place);
  }

  #skipSpace(): void {
    this.#place = skipSpace(this.#text, this.#place);
  }
}

/** A number that JavaScript would round is kept as it is written. */
function numberOf(written: string): string | number | bigint {
  if (written.length > MOST_DIGITS) return written;
  return /^-?\d{16,}$/.test(written) ? BigInt(written) : Number(written);
}
