import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import { Buffer } from "node:buffer";
import { dirname } from "@std/path";
import { AirlockError } from "../errors.ts";
import { KeyedDigest } from "../privacy/vault/keyed_digest.ts";

const KEY_BYTES = 32;
const KEY_ID_LENGTH = 16;
const OTHERS_MAY_READ = 0o077;

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
  /** Keyed HMAC of a value: equal ones have equal digests, and nobody without the key can guess. */
  digestOf(value: string | Uint8Array): string;
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
    return keysOf(createPrivateKey(await readOrMake(path)));
  } catch (cause) {
    if (cause instanceof AirlockError) throw cause;
    throw new AirlockError("CONFIG_INVALID", `Cannot open audit: "${path}" is no key`, { cause });
  }
}

async function readOrMake(path: string): Promise<string> {
  try {
    return await readOwn(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const pem = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" });
  // Whole or not at all: another host may read it at the same time.
  const unfinished = `${path}.${crypto.randomUUID()}.tmp`;
  await Deno.writeTextFile(unfinished, String(pem), { createNew: true, mode: 0o600 });
  try {
    await Deno.link(unfinished, path);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  } finally {
    await Deno.remove(unfinished);
  }
  return await readOwn(path);
}

async function readOwn(path: string): Promise<string> {
  const { mode } = await Deno.stat(path);
  if (mode !== null && (mode & OTHERS_MAY_READ) !== 0) {
    throw new AirlockError(
      "CONFIG_INVALID",
      `Cannot open audit: others than its owner may read "${path}"`,
      { hint: `chmod 600 ${path}` },
    );
  }
  return await Deno.readTextFile(path);
}

function keysOf(privateKey: KeyObject): AuditKeys {
  const publicKey = createPublicKey(privateKey);
  const spki = publicKey.export({ type: "spki", format: "der" });
  const secret = privateKey.export({ type: "pkcs8", format: "der" });
  const derive = (purpose: string) =>
    new KeyedDigest(
      new Uint8Array(hkdfSync("sha256", secret, "", `airlock audit ${purpose}`, KEY_BYTES)),
    );
  const [values, heads] = [derive("value"), derive("head")];
  return {
    keyId: createHash("sha256").update(spki).digest("hex").slice(0, KEY_ID_LENGTH),
    publicKey: spki.toString("base64"),
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString("base64"),
    isSigned(text, signature) {
      const bytes = Buffer.from(signature, "base64");
      // Base64 has many forms of the same bytes: another form is another text.
      return bytes.toString("base64") === signature &&
        verify(null, Buffer.from(text), publicKey, bytes);
    },
    digestOf: (value) => values.of(value),
    mac: (text) => heads.of(text),
  };
}
