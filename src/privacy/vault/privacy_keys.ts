import { Buffer } from "node:buffer";
import type { PrivacyKey } from "../../model/privacy_settings.ts";
import type { VaultKeys } from "./vault_seal.ts";
import { deriveKey, KEY_BYTES, type KeyRing } from "../../storage/sealed.ts";
import { AirlockError } from "../../model/errors.ts";
import { readOwnFile } from "../../storage/atomic_file.ts";

/** What the operator's keys open. */
export interface PrivacyKeys extends VaultKeys {
  /** Makes the fingerprints of the audit: equal values have equal ones in all sessions. */
  readonly auditKey: Uint8Array;
}

/**
 * Reads the keys of the vaults, see `readKeyRing`.
 *
 * @throws {AirlockError} CONFIG_INVALID where a key is not one, or the file is not the owner's alone
 */
export async function readPrivacyKeys(key: PrivacyKey): Promise<PrivacyKeys> {
  const [first, ...others] = await readKeyRing(key);
  return {
    keys: [deriveKey(first, "vault"), ...others.map((key) => deriveKey(key, "vault"))],
    auditKey: deriveKey(first, "audit"),
  };
}

/**
 * Reads keys of the operator's: from the environment variable where one is named, else from the file,
 * which is made where there is none. One key of 32 bytes in base64 a line; the first one seals, the
 * others open what was sealed before them.
 *
 * @throws {AirlockError} CONFIG_INVALID where a key is not one, or the file is not the owner's alone
 */
export async function readKeyRing(
  { file, env }: PrivacyKey,
): Promise<KeyRing> {
  const text = env === undefined
    ? await readOwnFile(file, { make: makeKey, action: "read key" })
    : readVariable(env);
  const [first, ...others] = text.split(/[\s,]+/).filter((word) => word !== "")
    .map((word) => decodeKey(word, env ?? file));
  if (first !== undefined) return [first, ...others];
  throw new AirlockError("CONFIG_INVALID", `Cannot read key: "${env ?? file}" has none`);
}

/** A new key as a line of the file. */
export function makeKey(): string {
  return `${Buffer.from(crypto.getRandomValues(new Uint8Array(KEY_BYTES))).toString("base64")}\n`;
}

function readVariable(name: string): string {
  const text = Deno.env.get(name);
  if (text !== undefined) return text;
  throw new AirlockError("CONFIG_INVALID", `Cannot read key: the variable "${name}" is not set`);
}

function decodeKey(word: string, source: string): Uint8Array {
  const key = /^[A-Za-z0-9+/]+={0,2}$/.test(word) ? Buffer.from(word, "base64") : undefined;
  if (key?.length === KEY_BYTES) return new Uint8Array(key);
  throw new AirlockError(
    "CONFIG_INVALID",
    `Cannot read key: "${source}" has a line that is not ${KEY_BYTES} bytes in base64`,
  );
}
