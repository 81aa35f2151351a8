/** Values that are read between two pauses. */
const VALUES_PER_PAUSE = 256;
/** Characters of a string with escapes that are read between two pauses. */
const PART_LENGTH = 64 * 1024;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** An object or a list that is being read. */
interface Open {
  readonly made: Record<string, unknown> | unknown[];
  /** The name of the next value; absent in a list. */
  name: string | undefined;
}

/**
 * Parses a text that is known to be JSON, as `JSON.parse` does. Without recursion, and with regular
 * pauses, so that other work is not held up.
 */
export function parseInSteps(json: string): Generator<void, unknown> {
  return new JsonParser(json).parse();
}

class JsonParser {
  readonly #json: string;
  readonly #open: Open[] = [];
  #place = 0;
  /** The place of the next backslash. */
  #escape = -1;

  constructor(json: string) {
    this.#json = json;
  }

  *parse(): Generator<void, unknown> {
    for (let count = 1;; count++) {
      if (count % VALUES_PER_PAUSE === 0) yield;
      const value = yield* this.#readStart();
      if (value === OPENED) continue;
      const whole = yield* this.#put(value);
      if (whole !== OPENED) return whole;
    }
  }

  /** A value without members; `OPENED` for an object or a list with some. */
  *#readStart(): Generator<void, unknown> {
    this.#skipSpace();
    switch (this.#json.charCodeAt(this.#place)) {
      case 0x22:
        return this.#readPlainText() ?? (yield* this.#readText());
      case 0x7b:
        this.#place++;
        if (this.#isNext(0x7d)) return {};
        this.#open.push({ made: {}, name: yield* this.#readName() });
        return OPENED;
      case 0x5b:
        this.#place++;
        if (this.#isNext(0x5d)) return [];
        this.#open.push({ made: [], name: undefined });
        return OPENED;
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

  /** Puts a value, and all that ends with it, into its container. Returns the whole at its end. */
  *#put(value: unknown): Generator<void, unknown> {
    for (let put = value;;) {
      const open = this.#open.at(-1);
      if (open === undefined) return put;
      if (open.name === undefined) (open.made as unknown[]).push(put);
      else setField(open.made as Record<string, unknown>, open.name, put);
      this.#skipSpace();
      if (this.#json.charCodeAt(this.#place++) === 0x2c) {
        if (open.name !== undefined) open.name = yield* this.#readName();
        return OPENED;
      }
      put = this.#open.pop()!.made;
    }
  }

  *#readName(): Generator<void, string> {
    this.#skipSpace();
    const name = this.#readPlainText() ?? (yield* this.#readText());
    this.#skipSpace();
    this.#place++;
    return name;
  }

  /** A string without escapes, as nearly all are; undefined, and nothing read, for another. */
  #readPlainText(): string | undefined {
    const start = this.#place + 1;
    if (this.#escape < start) this.#escape = this.#nextEscape(start);
    const end = this.#json.indexOf('"', start);
    if (this.#escape < end) return undefined;
    this.#place = end + 1;
    return this.#json.slice(start, end);
  }

  *#readText(): Generator<void, string> {
    const parts: string[] = [];
    let start = this.#place + 1;
    let end = this.#json.indexOf('"', start);
    while (this.#escape < end) {
      const next = this.#escape + 2;
      if (next > end) end = this.#json.indexOf('"', next);
      this.#escape = this.#nextEscape(next);
      if (this.#escape - start < PART_LENGTH || this.#escape > end) continue;
      parts.push(this.#unescape(start, this.#escape));
      start = this.#escape;
      yield;
    }
    parts.push(this.#unescape(start, end));
    this.#place = end + 1;
    return parts.join("");
  }

  #unescape(start: number, end: number): string {
    return JSON.parse(`"${this.#json.slice(start, end)}"`);
  }

  #nextEscape(from: number): number {
    const place = this.#json.indexOf("\\", from);
    return place < 0 ? Infinity : place;
  }

  #readNumber(): number {
    NUMBER.lastIndex = this.#place;
    const written = NUMBER.exec(this.#json)![0];
    this.#place += written.length;
    return Number(written);
  }

  #readWord(word: string, value: unknown): unknown {
    this.#place += word.length;
    return value;
  }

  /** Skips a closing bracket, if that comes next. */
  #isNext(bracket: number): boolean {
    this.#skipSpace();
    if (this.#json.charCodeAt(this.#place) !== bracket) return false;
    this.#place++;
    return true;
  }

  #skipSpace(): void {
    for (;; this.#place++) {
      const code = this.#json.charCodeAt(this.#place);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
    }
  }
}

/** An object or a list has begun. */
const OPENED = Symbol("opened");

/** `__proto__` is a field like any other. */
function setField(record: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== "__proto__") record[name] = value;
  else {
    const flags = { writable: true, enumerable: true, configurable: true };
    Object.defineProperty(record, name, { value, ...flags });
  }
}
