/** Limits of a JSON text. */
export interface JsonBounds {
  /** Levels of objects and lists. */
  readonly depth: number;
  /** Values: every object, list, text, number and word. */
  readonly nodes: number;
  /** Names of one object. Default: no limit of its own. */
  readonly names?: number;
}

/** Callbacks for the structure of a JSON text, with offsets in its bytes. */
interface JsonListener {
  /** An object or a list begins. */
  open(at: number): void;
  /** A comma of the innermost object or list. */
  comma(at: number): void;
  /** The innermost object or list ends with this byte. */
  close(at: number): void;
}

/** A text that is no JSON (RFC 8259). */
export class JsonSyntaxError extends Error {
  override readonly name = "JsonSyntaxError";
}

/** A text beyond a limit. */
export class JsonBoundsError extends Error {
  override readonly name = "JsonBoundsError";
  /** The limit that it exceeds. */
  readonly bound: keyof JsonBounds;

  constructor(bound: keyof JsonBounds) {
    super(`Cannot read JSON: it has too many ${WORDS_OF_BOUNDS[bound]}`);
    this.bound = bound;
  }
}

const WORDS_OF_BOUNDS: Readonly<Record<keyof JsonBounds, string>> = {
  depth: "levels",
  nodes: "values",
  names: "names in one object",
};

// States: what comes next.
const VALUE = 0;
const FIRST_ITEM = 1;
const FIRST_KEY = 2;
const KEY = 3;
const COLON = 4;
const AFTER = 5;
const TEXT = 6;
const ESCAPE = 7;
const HEX = 8;
const WORD = 9;
// Within a number.
const MINUS = 10;
const ZERO = 11;
const INTEGER = 12;
const POINT = 13;
const FRACTION = 14;
const EXPONENT = 15;
const EXPONENT_SIGN = 16;
const EXPONENT_DIGITS = 17;

/** A longer number is refused: to convert it costs more than its length. */
const MAX_NUMBER_BYTES = 1_000;
const HEX_DIGITS = 4;
const FIRST_LEVELS = 64;
const WORDS: Readonly<Record<number, string>> = { 0x74: "true", 0x66: "false", 0x6e: "null" };

/**
 * Reads JSON as its bytes arrive, in time linear in their number and without recursion: checks its
 * grammar and its bounds, and keeps nothing of it. Whether the bytes are UTF-8 is for their decoder.
 */
export class JsonScanner {
  readonly #bounds: JsonBounds;
  readonly #listener: JsonListener | undefined;
  /** Whether each level is an object. */
  #isObject = new Uint8Array(FIRST_LEVELS);
  /** Number of names of each level. */
  #names = new Uint32Array(FIRST_LEVELS);
  #state = VALUE;
  #depth = 0;
  #deepest = 0;
  #nodes = 0;
  #outerCommas = 0;
  #isKey = false;
  /** Bytes of the word, the number or the escape that is being read. */
  #read = 0;
  #word = "";
  #offset = 0;

  constructor(bounds: JsonBounds, listener?: JsonListener) {
    this.#bounds = bounds;
    this.#listener = listener;
  }

  /** Values until now. */
  get nodes(): number {
    return this.#nodes;
  }

  /** The most levels until now. */
  get depth(): number {
    return this.#deepest;
  }

  /** Commas of the outermost object or list until now. */
  get outerCommas(): number {
    return this.#outerCommas;
  }

  /**
   * Takes the next bytes.
   *
   * @throws {JsonBoundsError}
   * @throws {JsonSyntaxError}
   */
  push(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      const state = this.#state;
      if (state === TEXT) at = this.#readText(bytes, at);
      else if (state >= MINUS) at = this.#readNumber(bytes[at]!, at);
      else {
        if (state < TEXT) this.#readSign(bytes[at]!, at);
        else this.#readInside(bytes[at]!);
        at++;
      }
    }
    this.#offset += bytes.length;
  }

  /**
   * Ends the text.
   *
   * @throws {JsonSyntaxError} where the value is not complete
   */
  end(): void {
    const isComplete = this.#state === AFTER || isWholeNumber(this.#state);
    if (!isComplete || this.#depth > 0) throw invalid();
  }

  /** Skips the bytes of a string, which most bytes of a large frame are. */
  #readText(bytes: Uint8Array, from: number): number {
    let at = from;
    for (; at < bytes.length; at++) {
      const code = bytes[at]!;
      if (code === 0x22 || code === 0x5c || code < 0x20) break;
    }
    if (at === bytes.length) return at;
    if (bytes[at]! < 0x20) throw invalid();
    if (bytes[at] === 0x5c) this.#state = ESCAPE;
    else this.#state = this.#isKey ? COLON : AFTER;
    return at + 1;
  }

  #readSign(code: number, at: number): void {
    if (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) return;
    switch (this.#state) {
      case FIRST_ITEM:
        return code === 0x5d ? this.#close(at) : this.#begin(code, at);
      case VALUE:
        return this.#begin(code, at);
      case FIRST_KEY:
        return code === 0x7d ? this.#close(at) : this.#beginKey(code);
      case KEY:
        return this.#beginKey(code);
      case COLON:
        if (code !== 0x3a) throw invalid();
        this.#state = VALUE;
        return;
      default:
        return this.#readAfter(code, at);
    }
  }

  #readAfter(code: number, at: number): void {
    if (this.#depth === 0) throw invalid();
    const isObject = this.#isObject[this.#depth] === 1;
    if (code === 0x2c) {
      this.#state = isObject ? KEY : VALUE;
      if (this.#depth === 1) this.#outerCommas++;
      this.#listener?.comma(this.#offset + at);
    } else if (code === (isObject ? 0x7d : 0x5d)) this.#close(at);
    else throw invalid();
  }

  #begin(code: number, at: number): void {
    if (++this.#nodes > this.#bounds.nodes) throw new JsonBoundsError("nodes");
    if (code === 0x22) {
      this.#isKey = false;
      this.#state = TEXT;
    } else if (code === 0x7b || code === 0x5b) this.#open(code === 0x7b, at);
    else if (code === 0x2d || isDigit(code)) {
      this.#read = 1;
      this.#state = code === 0x2d ? MINUS : code === 0x30 ? ZERO : INTEGER;
    } else {
      const word = WORDS[code];
      if (word === undefined) throw invalid();
      this.#word = word;
      this.#read = 1;
      this.#state = WORD;
    }
  }

  #beginKey(code: number): void {
    if (code !== 0x22) throw invalid();
    const { names = Infinity } = this.#bounds;
    if (++this.#names[this.#depth]! > names) throw new JsonBoundsError("names");
    this.#isKey = true;
    this.#state = TEXT;
  }

  #open(isObject: boolean, at: number): void {
    if (++this.#depth > this.#bounds.depth) throw new JsonBoundsError("depth");
    if (this.#depth === this.#isObject.length) this.#addLevels();
    this.#names[this.#depth] = 0;
    if (this.#depth > this.#deepest) this.#deepest = this.#depth;
    this.#isObject[this.#depth] = isObject ? 1 : 0;
    this.#state = isObject ? FIRST_KEY : FIRST_ITEM;
    this.#listener?.open(this.#offset + at);
  }

  #addLevels(): void {
    const [isObject, names] = [this.#isObject, this.#names];
    this.#isObject = new Uint8Array(2 * isObject.length);
    this.#isObject.set(isObject);
    this.#names = new Uint32Array(2 * names.length);
    this.#names.set(names);
  }

  #close(at: number): void {
    this.#depth--;
    this.#state = AFTER;
    this.#listener?.close(this.#offset + at);
  }

  /** Within an escape or a word. */
  #readInside(code: number): void {
    switch (this.#state) {
      case ESCAPE:
        if (code !== 0x75 && !isEscape(code)) throw invalid();
        this.#read = 0;
        this.#state = code === 0x75 ? HEX : TEXT;
        return;
      case HEX:
        if (!isHexDigit(code)) throw invalid();
        if (++this.#read === HEX_DIGITS) this.#state = TEXT;
        return;
      default:
        if (code !== this.#word.charCodeAt(this.#read)) throw invalid();
        if (++this.#read === this.#word.length) this.#state = AFTER;
    }
  }

  /** Takes a byte into the number that is being read, or ends that and leaves the byte. */
  #readNumber(code: number, at: number): number {
    const next = nextInNumber(this.#state, code);
    if (next === undefined) {
      if (!isWholeNumber(this.#state)) throw invalid();
      this.#state = AFTER;
      return at;
    }
    if (++this.#read > MAX_NUMBER_BYTES) throw invalid();
    this.#state = next;
    return at + 1;
  }
}

function nextInNumber(state: number, code: number): number | undefined {
  if (isDigit(code)) {
    if (state === MINUS) return code === 0x30 ? ZERO : INTEGER;
    if (state === ZERO) return undefined;
    if (state === POINT) return FRACTION;
    return state === EXPONENT || state === EXPONENT_SIGN ? EXPONENT_DIGITS : state;
  }
  const isE = code === 0x65 || code === 0x45;
  if (state === ZERO || state === INTEGER) {
    return code === 0x2e ? POINT : isE ? EXPONENT : undefined;
  }
  if (state === FRACTION) return isE ? EXPONENT : undefined;
  return state === EXPONENT && (code === 0x2b || code === 0x2d) ? EXPONENT_SIGN : undefined;
}

function isWholeNumber(state: number): boolean {
  return state === ZERO || state === INTEGER || state === FRACTION || state === EXPONENT_DIGITS;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isHexDigit(code: number): boolean {
  return isDigit(code) || code >= 0x41 && code <= 0x46 || code >= 0x61 && code <= 0x66;
}

/** `"`, `\`, `/`, b, f, n, r and t. */
function isEscape(code: number): boolean {
  return '"\\/bfnrt'.includes(String.fromCharCode(code));
}

function invalid(): JsonSyntaxError {
  return new JsonSyntaxError("Cannot read JSON: its grammar is broken");
}

const PART_BYTES = 64 * 1024;

/**
 * The kind of a value in valid JSON, in words: "array of 3", "object of 1", "string". Pauses
 * regularly, so that other work is not held up.
 */
export function* typeOfJson(bytes: Uint8Array): Generator<void, string> {
  const scanner = new JsonScanner({ depth: Infinity, nodes: Infinity });
  for (let at = 0; at < bytes.length; at += PART_BYTES) {
    scanner.push(bytes.subarray(at, at + PART_BYTES));
    yield;
  }
  const inside = scanner.nodes === 1 ? 0 : scanner.outerCommas + 1;
  const first = bytes.find((code) => code > 0x20);
  if (first === 0x5b) return `array of ${inside}`;
  if (first === 0x7b) return `object of ${inside}`;
  return typeof JSON.parse(new TextDecoder().decode(bytes));
}
