/** Characters of a piece, about; none is cut in two. */
const PIECE_LENGTH = 32 * 1024;
/** Values that are written between two pauses. */
const VALUES_PER_PIECE = 256;
/** More names are sorted with pauses. */
const MOST_SORTED_AT_ONCE = 2_000;
/** Names that are merged between two pauses. */
const NAMES_PER_PAUSE = 1_000;

type NameOrder = "own" | "sorted";

/** An object or a list that is being written. */
interface Open {
  readonly of: Readonly<Record<string, unknown>> | readonly unknown[];
  /** Absent for a list. */
  readonly names: readonly string[] | undefined;
  next: number;
  isFirst: boolean;
}

/**
 * The JSON of a value in pieces, between which other work can be done: as `JSON.stringify` writes it,
 * or with the names of all objects sorted. Without recursion. A value without a JSON form is `null`.
 */
export function jsonPieces(value: unknown, order: NameOrder = "own"): Generator<string, void> {
  return new JsonWriter(order).write(value);
}

/** The JSON of a value as bytes, in UTF-8. Pauses regularly, so that other work is not held up. */
export function* encodeJsonInSteps(value: unknown): Generator<void, Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (const piece of jsonPieces(value)) {
    const part = encoder.encode(piece);
    parts.push(part);
    length += part.length;
    yield;
  }
  const bytes = new Uint8Array(length);
  let place = 0;
  for (const part of parts) {
    bytes.set(part, place);
    place += part.length;
    yield;
  }
  return bytes;
}

class JsonWriter {
  readonly #order: NameOrder;
  readonly #open: Open[] = [];
  #piece = "";
  #count = 0;

  constructor(order: NameOrder) {
    this.#order = order;
  }

  *write(value: unknown): Generator<string, void> {
    yield* this.#writeValue(value);
    for (let open = this.#open.at(-1); open !== undefined; open = this.#open.at(-1)) {
      yield* this.#writeNext(open);
    }
    if (this.#piece !== "") yield this.#take();
  }

  *#writeNext(open: Open): Generator<string, void> {
    const { of, names } = open;
    const place = open.next++;
    if (place === (names ?? of as readonly unknown[]).length) {
      this.#piece += names === undefined ? "]" : "}";
      this.#open.pop();
      return;
    }
    const name = names?.[place];
    const value = (of as Readonly<Record<string | number, unknown>>)[name ?? place];
    if (name !== undefined && !hasForm(value)) return;
    if (!open.isFirst) this.#piece += ",";
    open.isFirst = false;
    if (name !== undefined) {
      yield* this.#writeText(name);
      this.#piece += ":";
    }
    yield* this.#writeValue(value);
    if (this.#piece.length >= PIECE_LENGTH || ++this.#count % VALUES_PER_PIECE === 0) {
      yield this.#take();
    }
  }

  *#writeValue(given: unknown): Generator<string, void> {
    if (typeof given === "string") return yield* this.#writeText(given);
    const value = this.#order === "own" ? plainOf(given) : given;
    if (typeof value !== "object" || value === null) {
      this.#piece += JSON.stringify(value) ?? "null";
    } else if (Array.isArray(value)) {
      this.#piece += "[";
      this.#open.push({ of: value, names: undefined, next: 0, isFirst: true });
    } else {
      const names = Object.keys(value);
      this.#piece += "{";
      const of = value as Readonly<Record<string, unknown>>;
      const ordered = this.#order === "own" ? names : yield* sortNames(names);
      this.#open.push({ of, names: ordered, next: 0, isFirst: true });
    }
  }

  *#writeText(text: string): Generator<string, void> {
    if (text.length <= PIECE_LENGTH) {
      this.#piece += JSON.stringify(text);
      return;
    }
    this.#piece += '"';
    for (let at = 0; at < text.length;) {
      const end = endOfPiece(text, at);
      this.#piece += JSON.stringify(text.slice(at, end)).slice(1, -1);
      at = end;
      yield this.#take();
    }
    this.#piece += '"';
  }

  #take(): string {
    const piece = this.#piece;
    this.#piece = "";
    return piece;
  }
}

/** The end of a piece, which cuts no character in two. */
function endOfPiece(text: string, start: number): number {
  const end = start + PIECE_LENGTH;
  const last = text.charCodeAt(end - 1);
  return last >= 0xd800 && last <= 0xdbff ? end + 1 : end;
}

/** A value in the place of one with `toJSON`, such as a date. */
function plainOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("toJSON" in value)) return value;
  return typeof value.toJSON === "function" ? value.toJSON() : value;
}

function hasForm(value: unknown): boolean {
  return value !== undefined && typeof value !== "function" && typeof value !== "symbol";
}

/** Sorts as `sort` does; long lists in parts, which are merged. */
function* sortNames(names: string[]): Generator<string, readonly string[]> {
  let parts: string[][] = [];
  for (let at = 0; at < names.length; at += MOST_SORTED_AT_ONCE) {
    parts.push(names.slice(at, at + MOST_SORTED_AT_ONCE).sort());
    if (names.length > MOST_SORTED_AT_ONCE) yield "";
  }
  while (parts.length > 1) {
    const merged: string[][] = [];
    for (let at = 0; at < parts.length; at += 2) {
      merged.push(yield* merge(parts[at]!, parts[at + 1] ?? []));
    }
    parts = merged;
  }
  return parts[0] ?? [];
}

function* merge(one: readonly string[], other: readonly string[]): Generator<string, string[]> {
  const merged: string[] = [];
  let [first, second] = [0, 0];
  while (first < one.length || second < other.length) {
    const isFirst = second === other.length ||
      (first < one.length && one[first]! <= other[second]!);
    merged.push(isFirst ? one[first++]! : other[second++]!);
    if (merged.length % NAMES_PER_PAUSE === 0) yield "";
  }
  return merged;
}
