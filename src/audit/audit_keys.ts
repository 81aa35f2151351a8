import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import { Buffer } from "node:buffer";
import { AirlockError } from "../model/errors.ts";
import { KeyedDigest } from "../privacy/vault/keyed_digest.ts";
import { readOwnFile } from "../storage/atomic_file.ts";
import { deriveKey } from "../storage/sealed.ts";
import { sha256 } from "../text/sha256.ts";

const KEY_ID_LENGTH = 16;

/** What a log is signed with, and what makes the digests of values. */
export interface AuditKeys {
  /** The beginning of the SHA-256 of the public key. */
  readonly keyId: string;
  /** SPKI, in base64. */
  readonly publicKey: string;
  /** Ed25519, in base64. */
  sign(text: string): string;
  /** Whether `signature` is what `sign` gives for the text, in just this form. */
  isSigned(text: string, signature: string): boolean;
  /** Keyed HMAC of a value: equal ones have equal digests, and guessing takes the key. */
  digestOf(value: string | Uint8Array): string;
  /** Like `digestOf`, of what comes in pieces; pauses after each. */
  digestOfPieces(pieces: Iterable<string | Uint8Array>): Generator<void, string>;
  /** Keyed HMAC of the end of the chain. */
  mac(text: string): string;
}

/**
 * Reads the key of a log, made on first use: an Ed25519 private key in PEM that only its owner may
 * read.
 *
 * @throws {AirlockError} CONFIG_INVALID
 */
export async function readAuditKeys(path: string): Promise<AuditKeys> {
  try {
    const pem = await readOwnFile(path, { make: makeKey, action: "open audit" });
    return keysOf(createPrivateKey(pem));
  } catch (cause) {
    if (cause instanceof AirlockError) throw cause;
    throw new AirlockError("CONFIG_INVALID", `Cannot open audit: "${path}" is no key`, { cause });
  }
}

function makeKey(): string {
  return String(
    generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }),
  );
}

function keysOf(privateKey: KeyObject): AuditKeys {
  const publicKey = createPublicKey(privateKey);
  const spki = publicKey.export({ type: "spki", format: "der" });
  const secret = privateKey.export({ type: "pkcs8", format: "der" });
  const derive = (purpose: string) => new KeyedDigest(deriveKey(secret, `audit ${purpose}`));
  const [values, heads] = [derive("value"), derive("head")];
  return {
    keyId: sha256(spki).slice(0, KEY_ID_LENGTH),
    publicKey: spki.toString("base64"),
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString("base64"),
    isSigned(text, signature) {
      const bytes = Buffer.from(signature, "base64");
      // Base64 has many forms of the same bytes: another form is another text.
      return bytes.toString("base64") === signature &&
        verify(null, Buffer.from(text), publicKey, bytes);
    },
    digestOf: (value) => values.of(value),
    digestOfPieces: (pieces) => values.ofPieces(pieces),
    mac: (text) => heads.of(text),
  };
}
