import { redefine, redefineClass } from "./primordials.ts";
import { replaceClocks, type RunClock } from "./run_clock.ts";

const MAX_RANDOM_BYTES = 65_536;
const NS_PER_TENTH = 100_000;

interface Entropy {
  /** Starts them from a seed of 32 bytes. */
  start(seed: Uint8Array): void;
}

/**
 * Replaces the runtime's clocks and random values by ones that can be replayed. A program that is
 * replayed sees the same; to any other they are like the runtime's.
 */
export function replaceEntropy(clock: RunClock): Entropy {
  let bits: SecureBits | undefined;
  let random = Math.random;
  replaceDate(clock);
  replaceTemporal(clock);
  replaceClocks(clock);
  redefine(Math, "random", () => random());
  replaceCrypto((bytes) => bits!.fill(bytes));
  return {
    start(seed) {
      bits = createSecureBits(seed);
      const state = new Uint32Array(4);
      bits.fill(new Uint8Array(state.buffer));
      random = createRandom(state);
    },
  };
}

function replaceDate(clock: RunClock): void {
  const RealDate = Date;
  const now = () => Math.floor(clock.now());
  function RunDate(this: unknown, ...values: unknown[]): unknown {
    if (new.target === undefined) return new RealDate(now()).toString();
    return Reflect.construct(RealDate, values.length === 0 ? [now()] : values, new.target);
  }
  redefineClass(RealDate, RunDate as never);
  redefine(RunDate, "now", now);
  redefine(RunDate, "parse", RealDate.parse);
  redefine(RunDate, "UTC", RealDate.UTC);
  redefine(globalThis, "Date", RunDate);
}

function replaceTemporal(clock: RunClock): void {
  const { Now, Instant } = Temporal;
  const zone = Now.timeZoneId;
  type Zone = Parameters<typeof Now.zonedDateTimeISO>[0];
  const instant = () => new Instant(BigInt(Math.round(clock.now() * 10)) * BigInt(NS_PER_TENTH));
  const zoned = (named?: Zone) => instant().toZonedDateTimeISO(named ?? zone());
  redefine(Now, "instant", instant);
  redefine(Now, "zonedDateTimeISO", zoned);
  redefine(Now, "plainDateTimeISO", (named?: Zone) => zoned(named).toPlainDateTime());
  redefine(Now, "plainDateISO", (named?: Zone) => zoned(named).toPlainDate());
  redefine(Now, "plainTimeISO", (named?: Zone) => zoned(named).toPlainTime());
}

function replaceCrypto(fill: (bytes: Uint8Array) => void): void {
  // The real one throws for what it does not take.
  const check = Crypto.prototype.getRandomValues;
  function getRandomValues<T extends ArrayBufferView>(this: Crypto, array: T): T {
    const isOurs = ArrayBuffer.isView(array) && array.byteLength <= MAX_RANDOM_BYTES &&
      /^(Big)?(Ui|I)nt(8|16|32|64)(Clamped)?Array$/.test(tagOf(array));
    if (!isOurs) return check.call(this, array as never) as never;
    fill(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    return array;
  }
  function randomUUID(): string {
    const bytes = new Uint8Array(16);
    fill(bytes);
    bytes[6] = (bytes[6]! & 0x0f) | 0x40;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    return bytes.toHex().replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }
  redefine(Crypto.prototype, "getRandomValues", getRandomValues);
  redefine(Crypto.prototype, "randomUUID", randomUUID);
}

function tagOf(array: ArrayBufferView): string {
  return (array as unknown as Record<symbol, string>)[Symbol.toStringTag] ?? "";
}

/** Makes xoshiro128++: as fast as the runtime's own, and like it no secret. */
function createRandom(state: Uint32Array): () => number {
  const next = () => {
    const sum = (state[0]! + state[3]!) | 0;
    const result = (((sum << 7) | (sum >>> 25)) + state[0]!) >>> 0;
    const shifted = state[1]! << 9;
    state[2]! ^= state[0]!;
    state[3]! ^= state[1]!;
    state[1]! ^= state[2]!;
    state[0]! ^= state[3]!;
    state[2]! ^= shifted;
    state[3] = (state[3]! << 11) | (state[3]! >>> 21);
    return result;
  };
  return () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
}

/** A source of bytes that are cryptographically secure, and that a seed makes again. */
interface SecureBits {
  fill(bytes: Uint8Array): void;
}

const BLOCK_BYTES = 64;
/** "expand 32-byte k", the constant of the cipher. */
const CONSTANTS = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574] as const;
/** The words that each quarter of a double round mixes. */
const QUARTERS = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14],
] as const;
const DOUBLE_ROUNDS = 10;

/** Makes the key stream of ChaCha20 (RFC 8439) with a nonce of zeros: one seed, one stream. */
export function createSecureBits(seed: Uint8Array): SecureBits {
  const words = new Uint32Array(16);
  words.set(CONSTANTS);
  const key = new DataView(seed.buffer, seed.byteOffset, 32);
  for (let index = 0; index < 8; index++) words[4 + index] = key.getUint32(index * 4, true);
  const mixed = new Uint32Array(16);
  const block = new Uint8Array(BLOCK_BYTES);
  const view = new DataView(block.buffer);
  let used = BLOCK_BYTES;

  function nextBlock(): void {
    mixed.set(words);
    for (let round = 0; round < DOUBLE_ROUNDS; round++) {
      for (const [a, b, c, d] of QUARTERS) mixQuarter(mixed, [a, b, c, d]);
    }
    for (let index = 0; index < 16; index++) {
      view.setUint32(index * 4, mixed[index]! + words[index]!, true);
    }
    words[12]!++;
    if (words[12] === 0) words[13]!++;
    used = 0;
  }

  return {
    fill(bytes) {
      for (let at = 0; at < bytes.length;) {
        if (used === BLOCK_BYTES) nextBlock();
        const part = block.subarray(used, used + bytes.length - at);
        bytes.set(part, at);
        used += part.length;
        at += part.length;
      }
    },
  };
}

function mixQuarter(words: Uint32Array, [a, b, c, d]: [number, number, number, number]): void {
  words[a]! += words[b]!;
  words[d] = turn(words[d]! ^ words[a]!, 16);
  words[c]! += words[d]!;
  words[b] = turn(words[b]! ^ words[c]!, 12);
  words[a]! += words[b]!;
  words[d] = turn(words[d]! ^ words[a]!, 8);
  words[c]! += words[d]!;
  words[b] = turn(words[b]! ^ words[c]!, 7);
}

function turn(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
