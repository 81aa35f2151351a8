/** Where sealed vaults are kept: bytes by the name of a session. SQLite or a folder can be one. */
export interface VaultStore {
  /** The bytes of a session, or nothing. */
  load(session: string): Promise<Uint8Array | undefined>;
  /** Keeps bytes in the place of the ones before, wholly or not at all. */
  save(session: string, sealed: Uint8Array): Promise<void>;
  /** Like `save`, for a call that waits for it: it may be lost when the machine's power is. */
  begin(session: string, sealed: Uint8Array): void;
  /** Opens what is kept of a session, to write behind it. */
  extend(session: string): VaultTail;
  /** Forgets a session. */
  remove(session: string): Promise<void>;
}

/** What is kept of a session, while somebody writes behind it. */
export interface VaultTail extends Disposable {
  /** Writes bytes at a place, in the place of all that stood behind it. */
  write(bytes: Uint8Array, at: number): void;
  /** Writes bytes over others. */
  overwrite(bytes: Uint8Array, at: number): void;
}
