import { join } from "@std/path";
import { createFileVaultStore, type LockedFile, lockFile } from "./vault_store.ts";
import { createNonceRegister } from "./nonces.ts";
import { type PrivacyKeys, readPrivacyKeys } from "./privacy_keys.ts";
import type { Config } from "../../config/config.ts";
import { resealVault, VaultWriter } from "./vault_writer.ts";
import { openVault } from "./vault_seal.ts";
import { Vault } from "./vault.ts";
import { sha256 } from "../../text/sha256.ts";

/** The vault of a session or a run, locked for this process. */
export interface HeldVault {
  readonly vault: Vault;
  /**
   * Writes down what is new, so that it outlives this process. Little is quick, nothing costs nothing.
   *
   * @throws {AirlockError} INTERNAL where it cannot
   */
  write(): void;
  /** Like `write`, and pauses now and then, so that others have their turn. */
  writeInSteps(): Generator<void, void>;
  /** Unlocks it for other processes. */
  release(): Promise<void>;
}

/** The vaults of sessions, sealed in a folder. One process at a time works with one of them. */
export interface SessionVaults {
  /**
   * Opens the vault of a session; a new one where there is none.
   *
   * @throws {AirlockError} BUSY where another process works with it
   */
  hold(session: string): Promise<HeldVault>;
  /** The vault as it was saved last, to look into; nothing where there is none. */
  peek(session: string): Promise<Vault | undefined>;
  /** The session whose tokens end in a nonce. */
  sessionOf(nonce: string): Promise<string | undefined>;
  /** All sessions that have a vault. */
  sessions(): Promise<string[]>;
  /** Seals a vault again with the first key. */
  reseal(session: string): Promise<void>;
  /** Forgets a session: from here on none of its tokens resolves, nor will another session's. */
  destroy(session: string): Promise<void>;
}

/** Returns the vaults of a configuration; their folder is made with the first of them. */
export function vaultsOf({ folders, privacy }: Config): SessionVaults {
  const folder = join(folders.state, "vaults");
  // Read each time: another process may have made a new key.
  const readKeys = () => readPrivacyKeys(privacy.key);
  const store = createFileVaultStore(folder);
  const nonces = join(folder, "nonces");
  const register = createNonceRegister(nonces);

  async function open(session: string, keys?: PrivacyKeys) {
    const sealed = await store.load(session);
    return sealed && openVault(sealed, { ...keys ?? await readKeys(), session });
  }

  async function makeVault(
    session: string,
    { lock, keys: { auditKey } }: { lock: LockedFile; keys: PrivacyKeys },
  ): Promise<Vault> {
    // A session that has met no value yet keeps its nonce all the same.
    const known = await lock.read();
    const nonce = known !== "" ? known : await register.reserve(session);
    if (known === "") await lock.write(nonce);
    return new Vault({ session, nonce, auditKey });
  }

  async function lockSession(session: string): Promise<LockedFile> {
    await Deno.mkdir(nonces, { recursive: true, mode: 0o700 });
    return await lockFile(join(folder, `${nameOf(session)}.lock`), `session "${session}"`);
  }

  return {
    async hold(session) {
      const lock = await lockSession(session);
      try {
        // Rotating the key locks every session, so that it is the same until the end.
        const keys = await readKeys();
        const opened = await open(session, keys);
        const vault = opened?.vault ?? await makeVault(session, { lock, keys });
        return hold(new VaultWriter({ vault, store, keys, end: opened?.end }), { vault, lock });
      } catch (error) {
        lock.close();
        throw error;
      }
    },
    peek: async (session) => (await open(session))?.vault,
    sessionOf: (nonce) => register.sessionOf(nonce),
    sessions: () => register.sessions(),
    async reseal(session) {
      const lock = await lockSession(session);
      try {
        await resealVault(session, { store, keys: await readKeys() });
      } finally {
        lock.close();
      }
    },
    async destroy(session) {
      const lock = await lockSession(session);
      await store.remove(session);
      await lock.write("");
      lock.close();
      await register.forget(session);
    },
  };
}

function hold(writer: VaultWriter, { vault, lock }: { vault: Vault; lock: LockedFile }): HeldVault {
  return {
    vault,
    write: () => writer.write(),
    writeInSteps: () => writer.writeInSteps(),
    async release() {
      try {
        await writer.save();
      } finally {
        writer[Symbol.dispose]();
        vault.destroy();
        lock.close();
      }
    },
  };
}

function nameOf(session: string): string {
  return sha256(session).slice(0, 40);
}
