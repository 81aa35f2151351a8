import { Buffer } from "node:buffer";
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";
import { AirlockError } from "../../model/errors.ts";

/** Seals bytes that nobody may read who has the file alone. */
export interface ByteSeal {
  seal(bytes: Uint8Array): Uint8Array;
  /**
   * Gives what was sealed; what never was as it is.
   *
   * @throws {AirlockError} CONFIG_INVALID where the key is another, or a single bit was changed
   */
  open(sealed: Uint8Array): Uint8Array;
}

/** JSON never begins so. */
const MAGIC = new TextEncoder().encode("ALS1");
const KEY_BYTES = 32;
const KEY_ID_BYTES = 8;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = MAGIC.length + KEY_ID_BYTES + IV_BYTES;

/** Makes a seal of keys: the first one seals, the others open what was sealed before them. */
export function createByteSeal(
  ring: readonly [Uint8Array, ...Uint8Array[]],
  purpose: string,
): ByteSeal {
  const keys = ring.map((key) => {
    const own = new Uint8Array(hkdfSync("sha256", key, "", `airlock ${purpose}`, KEY_BYTES));
    return { own, id: createHash("sha256").update(own).digest().subarray(0, KEY_ID_BYTES) };
  });
  const first = keys[0]!;
  return {
    seal(bytes) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv("aes-256-gcm", first.own, iv);
      const sealed = [cipher.update(bytes), cipher.final(), cipher.getAuthTag()];
      return new Uint8Array(Buffer.concat([MAGIC, first.id, iv, ...sealed]));
    },
    open(sealed) {
      if (!MAGIC.every((byte, at) => sealed[at] === byte)) return sealed;
      const bytes = Buffer.from(sealed);
      const id = bytes.subarray(MAGIC.length, MAGIC.length + KEY_ID_BYTES);
      const key = keys.find((key) => id.equals(key.id));
      if (key === undefined || bytes.length < HEAD_BYTES + TAG_BYTES) throw unopened(purpose);
      const end = bytes.length - TAG_BYTES;
      const iv = bytes.subarray(MAGIC.length + KEY_ID_BYTES, HEAD_BYTES);
      const opener = createDecipheriv("aes-256-gcm", key.own, iv, { authTagLength: TAG_BYTES })
        .setAuthTag(bytes.subarray(end));
      try {
        const opened = [opener.update(bytes.subarray(HEAD_BYTES, end)), opener.final()];
        return new Uint8Array(Buffer.concat(opened));
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
