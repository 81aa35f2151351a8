import { type FixedNode, type JsonNode, type LeafNode, makeLeaf, type Node } from "./node.ts";

const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** Options of {@linkcode snapshotJson}. */
export interface SnapshotJsonOptions {
  /** How deep it may be; below that it is withheld as a whole. */
  readonly maxDepth: number;
  /** Takes every leaf, in the order of the text. */
  readonly onLeaf: (leaf: LeafNode) => void;
  /** Where the text begins in another JSON text. */
  readonly start?: number;
  /** Where it ends there. */
  readonly end?: number;
}

/**
 * Takes a snapshot of a text that is a JSON object or list, with the place of every text and number
 * in it, so that only those that are masked are written anew. Spaces, long numbers and the order of
 * keys stay as they are.
 *
 * @returns nothing for a text that is no JSON
 */
export function snapshotJson(
  text: string,
  options: SnapshotJsonOptions,
): JsonNode | FixedNode | undefined {
  if (!looksLikeJson(text)) return undefined;
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  const reader = new JsonReader(text, options);
  const root = reader.read();
  if (root === undefined) return { type: "fixed", value: "[WITHHELD:DEPTH]" };
  const { start = -1, end = -1 } = options;
  return { type: "json", text, root, parts: reader.parts, start, end };
}

/** A quick look, as nearly all texts are none: an error of the parser costs far more. */
function looksLikeJson(text: string): boolean {
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
  while (place < text.length && " \n\r\t".includes(text[place]!)) place++;
  return place;
}

/** Reads JSON that is known to be valid. */
class JsonReader {
  readonly parts: (LeafNode | JsonNode)[] = [];
  readonly #text: string;
  readonly #options: SnapshotJsonOptions;
  #place = 0;
  #depth = 0;

  constructor(text: string, options: SnapshotJsonOptions) {
    this.#text = text;
    this.#options = options;
  }

  /** The whole value; nothing when it is too deep. */
  read(): Node | undefined {
    this.#skipSpace();
    switch (this.#text[this.#place]) {
      case "{":
        return this.#nested(() => this.#readRecord());
      case "[":
        return this.#nested(() => this.#readList());
      case '"':
        return this.#readValueText();
      case "t":
        return this.#readWord("true", true);
      case "f":
        return this.#readWord("false", false);
      case "n":
        return this.#readWord("null", null);
      default:
        return this.#readNumber();
    }
  }

  #nested(read: () => Node | undefined): Node | undefined {
    if (this.#depth >= this.#options.maxDepth) return undefined;
    this.#depth++;
    this.#place++;
    const node = read();
    this.#depth--;
    return node;
  }

  #readRecord(): Node | undefined {
    const names: LeafNode[] = [];
    const values: Node[] = [];
    while (!this.#isClosed("}")) {
      const start = this.#place;
      names.push(this.#leaf(this.#readText(), start));
      this.#skipSpace();
      this.#place++;
      const value = this.read();
      if (value === undefined) return undefined;
      values.push(value);
    }
    return { type: "record", names, values, made: "object" };
  }

  #readList(): Node | undefined {
    const items: Node[] = [];
    while (!this.#isClosed("]")) {
      const item = this.read();
      if (item === undefined) return undefined;
      items.push(item);
    }
    return { type: "list", items, made: "array" };
  }

  /** Steps over a comma, or over the closing bracket and says so. */
  #isClosed(bracket: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#place] === ",") {
      this.#place++;
      this.#skipSpace();
    }
    if (this.#text[this.#place] !== bracket) return false;
    this.#place++;
    return true;
  }

  /** A text, or JSON in a text. */
  #readValueText(): Node {
    const start = this.#place;
    const text = this.#readText();
    const { maxDepth, onLeaf } = this.#options;
    const nested = snapshotJson(text, {
      maxDepth: maxDepth - this.#depth,
      onLeaf,
      start,
      end: this.#place,
    });
    if (nested?.type === "json") {
      this.parts.push(nested);
      return nested;
    }
    const leaf = this.#leaf(text, start);
    // Too deep: nothing looks into it, so nobody may see it.
    if (nested !== undefined) leaf.rule = "withhold";
    return leaf;
  }

  #readText(): string {
    const start = this.#place;
    let end = start + 1;
    let isPlain = true;
    while (this.#text.charCodeAt(end) !== 0x22) {
      if (this.#text.charCodeAt(end) === 0x5c) {
        isPlain = false;
        end++;
      }
      end++;
    }
    this.#place = end + 1;
    return isPlain
      ? this.#text.slice(start + 1, end)
      : JSON.parse(this.#text.slice(start, end + 1)) as string;
  }

  #readNumber(): LeafNode {
    NUMBER.lastIndex = this.#place;
    const start = this.#place;
    const written = NUMBER.exec(this.#text)![0];
    this.#place = start + written.length;
    const value = Number(written);
    // A number that JavaScript would round is kept as it is written.
    return this.#leaf(/^-?\d{16,}$/.test(written) ? BigInt(written) : value, start);
  }

  #readWord(word: string, value: unknown): FixedNode {
    this.#place += word.length;
    return { type: "fixed", value };
  }

  #leaf(value: string | number | bigint, start: number): LeafNode {
    const leaf = makeLeaf(value, start, this.#place);
    this.parts.push(leaf);
    this.#options.onLeaf(leaf);
    return leaf;
  }

  #skipSpace(): void {
    this.#place = skipSpace(this.#text, this.#place);
  }
}
