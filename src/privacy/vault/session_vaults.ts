import type { Config } from "../../config/config.ts";
import { AirlockError } from "../../model/errors.ts";
import type { PrivacyKey } from "../../model/privacy_settings.ts";
import type { Blobs, Lease, Storage } from "../../storage/ports.ts";
import { sha256 } from "../../text/sha256.ts";
import { NonceRegister } from "./nonces.ts";
import { type PrivacyKeys, readPrivacyKeys } from "./privacy_keys.ts";
import { Vault } from "./vault.ts";
import { openVault } from "./vault_seal.ts";
import { type HeldVault, holdVault, resealVault, VaultWriter } from "./vault_writer.ts";

/** The sealed vaults of sessions. One process at a time holds each. */
export class SessionVaults {
  readonly #storage: Storage;
  /** Read each time: another process may have made a new key. */
  readonly #key: PrivacyKey;
  #register: NonceRegister | undefined;

  constructor({ privacy }: Pick<Config, "privacy">, storage: Storage) {
    this.#storage = storage;
    this.#key = privacy.key;
  }

  get #blobs(): Blobs {
    return this.#storage.blobs("vaults");
  }

  get #nonces(): NonceRegister {
    return this.#register ??= new NonceRegister(this.#storage);
  }

  /**
   * Opens the vault of a session; a new one where there is none.
   *
   * @throws {AirlockError} BUSY where another process holds it
   */
  async hold(session: string, principal: string): Promise<HeldVault> {
    const lease = await this.#take(session);
    try {
      // Rotating the key takes every session, so that it is the same until the end.
      const keys = await readPrivacyKeys(this.#key);
      const opened = await this.#open(session, keys);
      const vault = opened?.vault ?? new Vault({
        session,
        nonce: await this.#nonces.nonceOf(session),
        auditKey: keys.auditKey,
      });
      const [name, blobs] = [nameOf(session), this.#blobs];
      const writer = new VaultWriter({ vault, name, blobs, keys, end: opened?.end });
      return holdVault(vault, writer, {
        save: () => writer.save(principal),
        unlock: async () => await lease[Symbol.asyncDispose](),
      });
    } catch (error) {
      await lease[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The vault as it was saved last, to look into; undefined where there is none. */
  async peek(session: string): Promise<Vault | undefined> {
    return (await this.#open(session))?.vault;
  }

  /** The session whose tokens end in a nonce. */
  async sessionOf(nonce: string): Promise<string | undefined> {
    return await this.#nonces.sessionOf(nonce);
  }

  /** All sessions that have a nonce, and so may have a vault. */
  async sessions(): Promise<string[]> {
    return await this.#nonces.sessions();
  }

  /** Seals a vault again with the first key. */
  async reseal(session: string): Promise<void> {
    await using _lease = await this.#take(session);
    const keys = await readPrivacyKeys(this.#key);
    await resealVault({ name: nameOf(session), session }, { blobs: this.#blobs, keys });
  }

  /** Forgets a session: from here on none of its tokens resolves, nor will another session's. */
  async destroy(session: string): Promise<void> {
    await using _lease = await this.#take(session);
    await this.#blobs.remove(nameOf(session));
    await this.#nonces.forget(session);
  }

  async #open(session: string, keys?: PrivacyKeys) {
    const sealed = await this.#blobs.get(nameOf(session));
    return sealed &&
      openVault(sealed, { ...keys ?? await readPrivacyKeys(this.#key), session });
  }

  async #take(session: string): Promise<Lease> {
    const lease = await this.#storage.leases.take(`vaults/${nameOf(session)}.lock`, "exclusive");
    if (lease !== undefined) return lease;
    throw new AirlockError(
      "BUSY",
      `Cannot open session "${session}": another process is working with it`,
    );
  }
}

/** A session's name may be a path too: its blob is named by a digest. */
function nameOf(session: string): string {
  return sha256(session).slice(0, 40);
}
