import { createHash, hash } from "node:crypto";

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
const INNER = 0x36;
const OUTER = 0x5c;
const SHORT = 256;
const BYTES_A_UNIT = 3;
const encoder = new TextEncoder();

/**
 * HMAC-SHA-256 (RFC 2104) of many short values under one key. What the key is to each of them is made
 * once: a thousand values are fingerprinted in less than half of the time.
 */
export class KeyedDigest {
  readonly #inner: Uint8Array;
  /** The inner key, and behind it room for a short text. */
  readonly #short = new Uint8Array(BLOCK_BYTES + SHORT * BYTES_A_UNIT);
  readonly #text = this.#short.subarray(BLOCK_BYTES);
  /** The outer key, and behind it room for the inner digest. */
  readonly #outer = new Uint8Array(BLOCK_BYTES + DIGEST_BYTES);

  /** @param key of at most 64 bytes; it is not kept */
  constructor(key: Uint8Array) {
    if (key.length > BLOCK_BYTES) throw new RangeError("Cannot make digest: the key is too long");
    this.#inner = padded(key, INNER);
    this.#short.set(this.#inner);
    this.#outer.set(padded(key, OUTER));
  }

  /** The digest of a text or of bytes, in hexadecimal. */
  of(value: string | Uint8Array): string {
    this.#outer.set(this.#innerOf(value), BLOCK_BYTES);
    return hash("sha256", this.#outer, "hex");
  }

  /** One call for a short text is four times as fast as a hash of two updates. */
  #innerOf(value: string | Uint8Array): Uint8Array {
    if (typeof value !== "string" || value.length > SHORT) {
      return createHash("sha256").update(this.#inner).update(value).digest();
    }
    const { written } = encoder.encodeInto(value, this.#text);
    return hash("sha256", this.#short.subarray(0, BLOCK_BYTES + written), "buffer");
  }

  /** The digest of a text that comes in pieces; pauses after each. */
  *ofPieces(pieces: Iterable<string | Uint8Array>): Generator<void, string> {
    const inner = createHash("sha256").update(this.#inner);
    for (const piece of pieces) {
      inner.update(piece);
      yield;
    }
    this.#outer.set(inner.digest(), BLOCK_BYTES);
    return createHash("sha256").update(this.#outer).digest("hex");
  }

  wipe(): void {
    this.#inner.fill(0);
    this.#short.fill(0);
    this.#outer.fill(0);
  }
}

function padded(key: Uint8Array, pad: number): Uint8Array {
  return Uint8Array.from({ length: BLOCK_BYTES }, (_, at) => (key[at] ?? 0) ^ pad);
}
