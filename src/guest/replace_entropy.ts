import { redefine, redefineClass } from "./primordials.ts";
import { replaceClocks, type RunClock } from "./run_clock.ts";
import { createSecureBits, type SecureBits } from "./secure_bits.ts";

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
