import { Buffer } from "node:buffer";
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { AirlockError } from "../../model/errors.ts";
import type { VaultState } from "./vault_entry.ts";
import { deriveKey, openBytes, sealBytes } from "../../storage/sealed.ts";
import { sha256Bytes } from "../../text/sha256.ts";
import { Vault, type VaultOptions } from "./vault.ts";

/** Keys that sealed vaults are read with. The first one seals. */
export interface VaultKeys {
  /** 32 bytes each; after a rotation the new one first, then those that old files still need. */
  readonly keys: readonly [Uint8Array, ...Uint8Array[]];
}

const MAGIC = new TextEncoder().encode("ALV2");
const KEY_ID_BYTES = 8;
const SALT_BYTES = 16;
const LABEL_BYTES = MAGIC.length + KEY_ID_BYTES + SALT_BYTES;
const COUNT_BYTES = 4;
const MARK_BYTES = COUNT_BYTES + 32;
const MARKS = 2;
const LENGTH_BYTES = 4;

/** Bytes of a sealed vault before its parts: magic, key's id, salt, marks. */
const HEAD_BYTES = LABEL_BYTES + MARKS * MARK_BYTES;

/**
 * Seals the parts of one vault with AES-256-GCM, under a key of its own. The session's name and the
 * place of a part are part of its seal: no file stands for another session's, no part for another.
 * A mark says how many parts there are, so that the last ones cannot be taken away; it is written
 * after the part, and in the place of the mark before the last, for a process may die meanwhile.
 */
export class VaultSeal {
  /** What stands before the marks. */
  readonly #label: Uint8Array;
  readonly #session: string;
  readonly #partKey: Uint8Array;
  readonly #markKey: Uint8Array;

  private constructor(label: Uint8Array, { key, session }: { key: Uint8Array; session: string }) {
    const salt = label.subarray(MAGIC.length + KEY_ID_BYTES);
    this.#label = label;
    this.#session = session;
    this.#partKey = deriveKey(key, "vault parts", salt);
    this.#markKey = deriveKey(key, "vault mark", salt);
  }

  /** A seal for a new file, with the first key. */
  static begin({ keys: [key], session }: VaultKeys & { session: string }): VaultSeal {
    const label = Buffer.concat([MAGIC, keyId(key), randomBytes(SALT_BYTES)]);
    return new VaultSeal(label, { key, session });
  }

  /**
   * The seal of a file that is there.
   *
   * @throws {AirlockError} INTERNAL where it is no sealed vault, or no key fits
   */
  static of(sealed: Uint8Array, { keys, session }: VaultKeys & { session: string }): VaultSeal {
    const label = sealed.slice(0, LABEL_BYTES);
    const isVault = sealed.length >= HEAD_BYTES && MAGIC.every((byte, at) => label[at] === byte);
    if (!isVault) throw new AirlockError("INTERNAL", "Cannot open vault: this is no sealed vault");
    return new VaultSeal(label, { key: fittingKey(label, keys), session });
  }

  /** The first bytes of a file that has one part. */
  head(): Uint8Array {
    return Buffer.concat([this.#label, this.#mark(0), this.#mark(1)]);
  }

  /** Returns the mark of so many parts, and where it is written. */
  mark(parts: number): { bytes: Uint8Array; at: number } {
    return { bytes: this.#mark(parts), at: markAt(parts) };
  }

  /**
   * How many parts there must be. A process may have died before it said so of the last one.
   *
   * @throws {AirlockError} INTERNAL where that cannot be told
   */
  marked(sealed: Uint8Array): number {
    const counts = Array.from({ length: MARKS }, (_, place) => this.#readMark(sealed, place));
    const told = counts.filter((count) => count !== undefined);
    if (told.length === 0) throw this.changed();
    // Where a mark is not whole, the part that it was to tell of is.
    return Math.max(...told) + (told.length < MARKS ? 1 : 0);
  }

  #mark(parts: number): Uint8Array {
    const count = Buffer.alloc(COUNT_BYTES);
    count.writeUInt32BE(parts);
    const hmac = createHmac("sha256", this.#markKey).update(this.#bound(parts)).digest();
    return Buffer.concat([count, hmac]);
  }

  #readMark(sealed: Uint8Array, place: number): number | undefined {
    const at = markAt(place);
    const mark = Buffer.from(sealed.subarray(at, at + MARK_BYTES));
    const parts = mark.readUInt32BE();
    const isTrue = parts % MARKS === place && timingSafeEqual(mark, this.#mark(parts));
    return isTrue ? parts : undefined;
  }

  /** One part as it stands in the file: its length, its nonce, and what is sealed. */
  sealPart(state: VaultState, place: number): Uint8Array {
    const plain = Buffer.from(JSON.stringify(state));
    const sealed = sealBytes(plain, { key: this.#partKey, bound: this.#bound(place) });
    plain.fill(0);
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32BE(sealed.length);
    return Buffer.concat([length, sealed]);
  }

  /**
   * Opens the part at a place, and says where the next begins; nothing where it is not whole.
   *
   * @throws {AirlockError} INTERNAL where a single bit of it was changed, or it stood elsewhere
   */
  openPart(
    sealed: Uint8Array,
    { at, place }: { at: number; place: number },
  ): { state: VaultState; end: number } | undefined {
    const begin = at + LENGTH_BYTES;
    if (begin > sealed.length) return undefined;
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.length);
    const end = begin + bytes.readUInt32BE(at);
    if (end > sealed.length) return undefined;
    try {
      const seal = { key: this.#partKey, bound: this.#bound(place) };
      const text = openBytes(bytes.subarray(begin, end), seal);
      return { state: JSON.parse(text.toString()) as VaultState, end };
    } catch (cause) {
      throw this.changed(cause);
    }
  }

  /** The error of a file that is not as it was written. */
  changed(cause?: unknown): AirlockError {
    return new AirlockError(
      "INTERNAL",
      `Cannot open vault: the file of session "${this.#session}" was changed, or is another ` +
        "session's",
      { cause },
    );
  }

  #bound(place: number): Uint8Array {
    const number = Buffer.alloc(COUNT_BYTES);
    number.writeUInt32BE(place);
    return Buffer.concat([this.#label, number, Buffer.from(this.#session)]);
  }
}

function markAt(parts: number): number {
  return LABEL_BYTES + (parts % MARKS) * MARK_BYTES;
}

function fittingKey(label: Uint8Array, keys: VaultKeys["keys"]): Uint8Array {
  const wanted = label.subarray(MAGIC.length, MAGIC.length + KEY_ID_BYTES);
  for (const key of keys) {
    if (keyId(key).every((byte, at) => byte === wanted[at])) return key;
  }
  throw new AirlockError(
    "INTERNAL",
    "Cannot open vault: it was sealed with a key that is not here",
    { hint: "Add the old key behind the new one until the vault has been saved again" },
  );
}

function keyId(key: Uint8Array): Uint8Array {
  if (key.length !== 32) {
    throw new AirlockError(
      "CONFIG_INVALID",
      `Cannot seal vault: the key has ${key.length} bytes, not 32`,
    );
  }
  return sha256Bytes("airlock vault key id", key).subarray(0, KEY_ID_BYTES);
}

/** Where a sealed vault ends: the next part goes there. */
export interface SealedEnd {
  readonly seal: VaultSeal;
  /** How many parts there are. */
  readonly parts: number;
  /** Bytes until the end of the last whole part. */
  readonly bytes: number;
}

/** A vault with all that it keeps, sealed as one part. */
interface SealedVault extends SealedEnd {
  readonly sealed: Uint8Array;
}

/** Seals a vault as one part: all of it, or as much as is given. */
export function sealVault(
  vault: Vault,
  keys: VaultKeys,
  state: VaultState = vault.toState(),
): SealedVault {
  const seal = VaultSeal.begin({ ...keys, session: vault.session });
  const sealed = Buffer.concat([seal.head(), seal.sealPart(state, 0)]);
  return { sealed, seal, parts: 1, bytes: sealed.length };
}

/**
 * Opens a sealed vault. A last part that is not whole is what a process left that died while it
 * wrote it: no token of it was handed out.
 *
 * @throws {AirlockError} INTERNAL when no key fits, or a single bit was changed, or a part is missing
 */
export function openVault(
  sealed: Uint8Array,
  { keys, session, auditKey }: VaultKeys & Pick<VaultOptions, "session" | "auditKey">,
): { vault: Vault; end: SealedEnd } {
  const seal = VaultSeal.of(sealed, { keys, session });
  const marked = seal.marked(sealed);
  let vault: Vault | undefined;
  let parts = 0;
  let bytes = HEAD_BYTES;
  for (let part; (part = seal.openPart(sealed, { at: bytes, place: parts }));) {
    if (vault === undefined) {
      vault = Vault.fromState(part.state, auditKey === undefined ? {} : { auditKey });
    } else vault.absorb(part.state);
    bytes = part.end;
    parts++;
  }
  if (vault === undefined || parts < marked) throw seal.changed();
  return { vault, end: { seal, parts, bytes } };
}
