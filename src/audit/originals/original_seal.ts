import { Buffer } from "node:buffer";
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";
import { AirlockError } from "../../model/errors.ts";
import type { Original, OriginalLabel } from "./original.ts";

/** An original that nobody can read without the key. */
export interface SealedOriginal {
  /** SHA-256 of what is sealed, in hexadecimal. */
  readonly digest: string;
  /** Names the key that it was sealed with. */
  readonly keyId: string;
  readonly sealed: Uint8Array;
}

const KEY_BYTES = 32;
const KEY_ID_LENGTH = 16;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals originals with AES-256-GCM. Whose they are is part of the seal: none stands for another.
 */
export class OriginalSeal {
  readonly #keys: ReadonlyMap<string, Uint8Array>;
  readonly #keyId: string;

  /** The first key seals; the others open what was sealed before them. */
  constructor(ring: readonly [Uint8Array, ...Uint8Array[]]) {
    const keys = ring.map((key) => derive(key, "seal"));
    const ids = ring.map((key) => derive(key, "id").toHex().slice(0, KEY_ID_LENGTH));
    this.#keys = new Map(ids.map((id, index) => [id, keys[index]!]));
    this.#keyId = ids[0]!;
  }

  /** Whether the key of the id is here. */
  has(keyId: string): boolean {
    return this.#keys.has(keyId);
  }

  /** Seals an original. */
  seal({ text, length, ...label }: Original): SealedOriginal {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#keys.get(this.#keyId)!, iv)
      .setAAD(boundOf(label));
    const plain = Buffer.from(JSON.stringify({ text, length }));
    const sealed = Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    plain.fill(0);
    return { digest: digestOf(sealed), keyId: this.#keyId, sealed };
  }

  /**
   * Opens an original.
   *
   * @throws {AirlockError} CONFIG_INVALID where its key is not here, AUDIT_FAILED where a single bit of
   * it was changed, or it is another's
   */
  open({ digest, keyId, sealed }: SealedOriginal, label: OriginalLabel): Original {
    const key = this.#keys.get(keyId);
    if (key === undefined) throw missingKey();
    const bytes = Buffer.from(sealed);
    if (bytes.length < IV_BYTES + TAG_BYTES || digestOf(bytes) !== digest) throw changed(label);
    const end = bytes.length - TAG_BYTES;
    const opener = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    }).setAAD(boundOf(label)).setAuthTag(bytes.subarray(end));
    try {
      const plain = Buffer.concat([opener.update(bytes.subarray(IV_BYTES, end)), opener.final()]);
      return { ...label, ...JSON.parse(plain.toString()) as Pick<Original, "text" | "length"> };
    } catch (cause) {
      throw changed(label, cause);
    }
  }
}

/** The error where originals are there, and their key is not. */
export function missingKey(): AirlockError {
  return new AirlockError(
    "CONFIG_INVALID",
    "Cannot open originals: some were sealed with a key that is not here",
    { hint: "Put the old key behind the new one, until what it sealed is past its time" },
  );
}

function changed({ runId, call, part }: OriginalLabel, cause?: unknown): AirlockError {
  return new AirlockError(
    "AUDIT_FAILED",
    `Cannot open original: the ${part} of call ${call} of ${runId} was changed, or is another's`,
    { cause },
  );
}

function boundOf({ runId, call, part, at }: OriginalLabel): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(["airlock original", runId, call, part, at]));
}

function derive(key: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", key, "", `airlock originals ${purpose}`, KEY_BYTES));
}

function digestOf(sealed: Uint8Array): string {
  return createHash("sha256").update(sealed).digest("hex");
}
