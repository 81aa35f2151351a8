/** Where sealed vaults are kept: bytes by the name of a session. SQLite or a folder can be one. */
export interface VaultStore {
  /** The bytes of a session, or nothing. */
  load(session: string): Promise<Uint8Array | undefined>;
  /** Keeps bytes in the place of the ones before, wholly or not at all. */
  save(session: string, sealed: Uint8Array): Promise<void>;
  /** Forgets a session. */
  remove(session: string): Promise<void>;
}
