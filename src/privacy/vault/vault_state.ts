/** A vault as it is written down. */
export interface VaultState {
  readonly version: 1;
  readonly session: string;
  readonly nonce: string;
  /** Kind, count, and the forms of each. */
  readonly entries: readonly (readonly [
    kind: string,
    count: number,
    forms: readonly (readonly [type: string, value: string, servers: readonly string[]])[],
  ])[];
}
