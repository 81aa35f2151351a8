/** What stands behind a token. */
export interface VaultEntry {
  readonly token: string;
  readonly kind: string;
  /** Every form that was seen, the first one first. */
  readonly forms: readonly SurfaceForm[];
}

/** One way in which a value was seen, and the servers that it was seen from. */
export interface SurfaceForm {
  readonly value: Scalar;
  /** Names of servers; empty for what a program or a person wrote. */
  readonly servers: readonly string[];
}

/** A value that can stand behind a token. */
export type Scalar = string | number | bigint | boolean;
