import { Buffer } from "node:buffer";
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals texts with AES-256-GCM under a key that is made with it and written nowhere: what is held for
 * a while is not readable in a memory dump or in what was swapped out without the key beside it.
 */
export class MemorySeal {
  readonly #key = randomBytes(KEY_BYTES);

  /** Nonce, sealed text and tag, one behind the other. */
  seal(text: string): Uint8Array {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#key, iv);
    return Buffer.concat([iv, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  }

  /** The text again. Throws where it is not as it was sealed. */
  open(sealed: Uint8Array): string {
    const end = sealed.length - TAG_BYTES;
    const options = { authTagLength: TAG_BYTES };
    const opener = createDecipheriv(
      "aes-256-gcm",
      this.#key,
      sealed.subarray(0, IV_BYTES),
      options,
    ).setAuthTag(sealed.subarray(end));
    const text = opener.update(sealed.subarray(IV_BYTES, end));
    return Buffer.concat([text, opener.final()]).toString();
  }
}
