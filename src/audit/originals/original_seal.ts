import { Buffer } from "node:buffer";
import { AirlockError } from "../../model/errors.ts";
import type { Original, OriginalLabel } from "./original.ts";
import { deriveKey, openBytes, sealBytes } from "../../storage/sealed.ts";
import { sha256 } from "../../text/sha256.ts";

/** An original that nobody can read without the key. */
export interface SealedOriginal {
  /** SHA-256 of what is sealed, in hexadecimal. */
  readonly digest: string;
  /** Names the key that it was sealed with. */
  readonly keyId: string;
  readonly sealed: Uint8Array;
}

const KEY_ID_LENGTH = 16;

/**
 * Seals originals with AES-256-GCM. Whose they are is part of the seal: none stands for another.
 */
export class OriginalSeal {
  readonly #keys: ReadonlyMap<string, Uint8Array>;
  readonly #keyId: string;

  /** The first key seals; the others open what was sealed before them. */
  constructor(ring: readonly [Uint8Array, ...Uint8Array[]]) {
    const keys = ring.map((key) => deriveKey(key, "originals seal"));
    const ids = ring.map((key) => deriveKey(key, "originals id").toHex().slice(0, KEY_ID_LENGTH));
    this.#keys = new Map(ids.map((id, index) => [id, keys[index]!]));
    this.#keyId = ids[0]!;
  }

  /** Whether the key of the id is here. */
  has(keyId: string): boolean {
    return this.#keys.has(keyId);
  }

  /** Seals an original. */
  seal({ text, length, ...label }: Original): SealedOriginal {
    const plain = Buffer.from(JSON.stringify({ text, length }));
    const key = this.#keys.get(this.#keyId)!;
    const sealed = sealBytes(plain, { key, bound: boundOf(label) });
    plain.fill(0);
    return { digest: sha256(sealed), keyId: this.#keyId, sealed };
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
    if (sha256(sealed) !== digest) throw changed(label);
    try {
      const plain = openBytes(sealed, { key, bound: boundOf(label) });
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
