import { AirlockError } from "../../errors.ts";
import { Vault, type VaultOptions, type VaultState } from "./vault.ts";

/** Keys that sealed vaults are read with. The first one seals. */
export interface VaultKeys {
  /** 32 bytes each; after a rotation the new one first, then those that old files still need. */
  readonly keys: readonly [Uint8Array, ...Uint8Array[]];
}

const MAGIC = new TextEncoder().encode("ALV1");
const KEY_ID_BYTES = 8;
const IV_BYTES = 12;
const HEADER_BYTES = MAGIC.length + KEY_ID_BYTES + IV_BYTES;

/**
 * Seals a vault with AES-256-GCM. The session's name is part of the seal, so that one session's
 * file cannot be put in another's place.
 */
export async function sealVault(vault: Vault, { keys: [key] }: VaultKeys): Promise<Uint8Array> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const header = new Uint8Array(HEADER_BYTES);
  header.set(MAGIC);
  header.set(await keyId(key), MAGIC.length);
  header.set(iv, MAGIC.length + KEY_ID_BYTES);
  const plain = new TextEncoder().encode(JSON.stringify(vault.toState()));
  const sealed = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv, additionalData: bound(header, vault.session) },
    await importKey(key, "encrypt"),
    plain,
  );
  plain.fill(0);
  const whole = new Uint8Array(HEADER_BYTES + sealed.byteLength);
  whole.set(header);
  whole.set(new Uint8Array(sealed), HEADER_BYTES);
  return whole;
}

/**
 * Opens a sealed vault.
 *
 * @throws {AirlockError} INTERNAL when no key fits, or a single bit of it was changed
 */
export async function openVault(
  sealed: Uint8Array,
  { keys, session, auditKey }: VaultKeys & Pick<VaultOptions, "session" | "auditKey">,
): Promise<Vault> {
  const header = sealed.slice(0, HEADER_BYTES);
  const key = await fittingKey(header, keys);
  let plain: ArrayBuffer;
  try {
    plain = await crypto.subtle.decrypt(
      {
        name: "AES-GCM",
        iv: header.slice(MAGIC.length + KEY_ID_BYTES),
        additionalData: bound(header, session),
      },
      await importKey(key, "decrypt"),
      sealed.slice(HEADER_BYTES),
    );
  } catch (cause) {
    throw new AirlockError(
      "INTERNAL",
      `Cannot open vault: the file of session "${session}" was changed, or is another session's`,
      { cause },
    );
  }
  const state = JSON.parse(new TextDecoder().decode(plain)) as VaultState;
  return Vault.fromState(state, auditKey === undefined ? {} : { auditKey });
}

async function fittingKey(header: Uint8Array, keys: VaultKeys["keys"]): Promise<Uint8Array> {
  const isVault = header.length === HEADER_BYTES &&
    MAGIC.every((byte, index) => header[index] === byte);
  if (!isVault) throw new AirlockError("INTERNAL", "Cannot open vault: this is no sealed vault");
  const wanted = header.slice(MAGIC.length, MAGIC.length + KEY_ID_BYTES);
  for (const key of keys) {
    const id = await keyId(key);
    if (id.every((byte, index) => byte === wanted[index])) return key;
  }
  throw new AirlockError(
    "INTERNAL",
    "Cannot open vault: it was sealed with a key that is not here",
    {
      hint: "Add the old key behind the new one until the vault has been saved again",
    },
  );
}

async function keyId(key: Uint8Array): Promise<Uint8Array> {
  const label = new TextEncoder().encode("airlock vault key id");
  const hash = await crypto.subtle.digest("SHA-256", new Uint8Array([...label, ...key]));
  return new Uint8Array(hash, 0, KEY_ID_BYTES);
}

async function importKey(key: Uint8Array, usage: "encrypt" | "decrypt"): Promise<CryptoKey> {
  if (key.length !== 32) {
    throw new AirlockError(
      "CONFIG_INVALID",
      `Cannot seal vault: the key has ${key.length} bytes, not 32`,
    );
  }
  return await crypto.subtle.importKey("raw", new Uint8Array(key), "AES-GCM", false, [usage]);
}

function bound(header: Uint8Array, session: string): Uint8Array<ArrayBuffer> {
  const name = new TextEncoder().encode(session);
  const all = new Uint8Array(header.length + name.length);
  all.set(header);
  all.set(name, header.length);
  return all;
}
