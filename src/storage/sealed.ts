import { Buffer } from "node:buffer";
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { AirlockError } from "../model/errors.ts";
import { sha256Bytes } from "../text/sha256.ts";

const CIPHER = "aes-256-gcm";
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Bytes of a key. */
export const KEY_BYTES = 32;

/** Keys of one purpose: the first one seals, all of them open. */
export type KeyRing = readonly [Uint8Array, ...Uint8Array[]];

/** A key, and what a seal is bound to: what was sealed with other `bound` bytes does not open. */
interface SealWith {
  readonly key: Uint8Array;
  readonly bound?: Uint8Array | undefined;
}

/** Seals bytes with AES-256-GCM: nonce, sealed bytes and tag, one behind the other. */
export function sealBytes(plain: Uint8Array, { key, bound }: SealWith): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, key, iv);
  if (bound !== undefined) cipher.setAAD(bound);
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Opens what {@linkcode sealBytes} sealed; throws where a single bit, the key or `bound` differs. */
export function openBytes(sealed: Uint8Array, { key, bound }: SealWith): Buffer {
  const end = sealed.length - TAG_BYTES;
  if (end < IV_BYTES) throw new RangeError("Cannot open seal: it is too short");
  const opener = createDecipheriv(CIPHER, key, sealed.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES,
  });
  if (bound !== undefined) opener.setAAD(bound);
  opener.setAuthTag(sealed.subarray(end));
  return Buffer.concat([opener.update(sealed.subarray(IV_BYTES, end)), opener.final()]);
}

/** A key of one purpose, made of another with HKDF-SHA-256. */
export function deriveKey(
  key: Uint8Array,
  purpose: string,
  salt: Uint8Array | "" = "",
): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", key, salt, `airlock ${purpose}`, KEY_BYTES));
}

/** Seals bytes under a key whose id stands before them. */
interface ByteSeal {
  seal(bytes: Uint8Array): Uint8Array;
  /**
   * Returns what was sealed; bytes without the mark of a seal as they are.
   *
   * @throws {AirlockError} CONFIG_INVALID where the key is another, or a single bit was changed
   */
  open(sealed: Uint8Array): Uint8Array;
}

/** JSON never begins so. */
const MAGIC = new TextEncoder().encode("ALS1");
const KEY_ID_BYTES = 8;
const HEAD_BYTES = MAGIC.length + KEY_ID_BYTES;

/** Makes a seal of a ring of keys. */
export function createByteSeal(ring: KeyRing, purpose: string): ByteSeal {
  const keys = ring.map((key) => {
    const own = deriveKey(key, purpose);
    return { own, id: Buffer.from(sha256Bytes(own)).subarray(0, KEY_ID_BYTES) };
  });
  const first = keys[0]!;
  return {
    seal: (bytes) =>
      new Uint8Array(Buffer.concat([MAGIC, first.id, sealBytes(bytes, { key: first.own })])),
    open(sealed) {
      if (!MAGIC.every((byte, at) => sealed[at] === byte)) return sealed;
      const key = keys.find(({ id }) => id.equals(sealed.subarray(MAGIC.length, HEAD_BYTES)));
      if (key === undefined) throw unopened(purpose);
      try {
        return new Uint8Array(openBytes(sealed.subarray(HEAD_BYTES), { key: key.own }));
      } catch (cause) {
        throw unopened(purpose, cause);
      }
    },
  };
}

function unopened(purpose: string, cause?: unknown): AirlockError {
  return new AirlockError(
    "CONFIG_INVALID",
    `Cannot open ${purpose}: it was changed, or sealed with a key that is not here`,
    { cause },
  );
}
