import { join } from "@std/path";
import type { Config } from "../../config/config.ts";
import type { PrivacyKey } from "../../model/privacy_settings.ts";
import { sha256 } from "../../text/sha256.ts";
import { createNonceRegister } from "./nonces.ts";
import { type PrivacyKeys, readPrivacyKeys } from "./privacy_keys.ts";
import { Vault } from "./vault.ts";
import { openVault } from "./vault_seal.ts";
import { createFileVaultStore, type LockedFile, lockFile } from "./vault_store.ts";
import { type HeldVault, holdVault, resealVault, VaultWriter } from "./vault_writer.ts";

/** The vaults of sessions, sealed in a folder. One process at a time works with one of them. */
export class SessionVaults {
  readonly #folder: string;
  readonly #nonces: string;
  /** Read each time: another process may have made a new key. */
  readonly #key: PrivacyKey;
  readonly #store;
  readonly #register;

  /** The folder is made with the first vault. */
  constructor({ folders, privacy }: Pick<Config, "folders" | "privacy">) {
    this.#folder = join(folders.state, "vaults");
    this.#nonces = join(this.#folder, "nonces");
    this.#key = privacy.key;
    this.#store = createFileVaultStore(this.#folder);
    this.#register = createNonceRegister(this.#nonces);
  }

  /**
   * Opens the vault of a session; a new one where there is none.
   *
   * @throws {AirlockError} BUSY where another process works with it
   */
  async hold(session: string): Promise<HeldVault> {
    const lock = await this.#lock(session);
    try {
      // Rotating the key locks every session, so that it is the same until the end.
      const keys = await readPrivacyKeys(this.#key);
      const opened = await this.#open(session, keys);
      const vault = opened?.vault ?? await this.#makeVault(session, { lock, keys });
      const writer = new VaultWriter({ vault, store: this.#store, keys, end: opened?.end });
      return holdVault(vault, writer, {
        save: () => writer.save(),
        unlock: () => lock.close(),
      });
    } catch (error) {
      lock.close();
      throw error;
    }
  }

  /** The vault as it was saved last, to look into; undefined where there is none. */
  async peek(session: string): Promise<Vault | undefined> {
    return (await this.#open(session))?.vault;
  }

  /** The session whose tokens end in a nonce. */
  async sessionOf(nonce: string): Promise<string | undefined> {
    return await this.#register.sessionOf(nonce);
  }

  /** All sessions that have a vault. */
  async sessions(): Promise<string[]> {
    return await this.#register.sessions();
  }

  /** Seals a vault again with the first key. */
  async reseal(session: string): Promise<void> {
    const lock = await this.#lock(session);
    try {
      const keys = await readPrivacyKeys(this.#key);
      await resealVault(session, { store: this.#store, keys });
    } finally {
      lock.close();
    }
  }

  /** Forgets a session: from here on none of its tokens resolves, nor will another session's. */
  async destroy(session: string): Promise<void> {
    const lock = await this.#lock(session);
    await this.#store.remove(session);
    await lock.write("");
    lock.close();
    await this.#register.forget(session);
  }

  async #open(session: string, keys?: PrivacyKeys) {
    const sealed = await this.#store.load(session);
    return sealed &&
      openVault(sealed, { ...keys ?? await readPrivacyKeys(this.#key), session });
  }

  async #makeVault(
    session: string,
    { lock, keys: { auditKey } }: { lock: LockedFile; keys: PrivacyKeys },
  ): Promise<Vault> {
    // A session that has met no value yet keeps its nonce all the same.
    const known = await lock.read();
    const nonce = known !== "" ? known : await this.#register.reserve(session);
    if (known === "") await lock.write(nonce);
    return new Vault({ session, nonce, auditKey });
  }

  async #lock(session: string): Promise<LockedFile> {
    await Deno.mkdir(this.#nonces, { recursive: true, mode: 0o700 });
    const name = sha256(session).slice(0, 40);
    return await lockFile(join(this.#folder, `${name}.lock`), `session "${session}"`);
  }
}
