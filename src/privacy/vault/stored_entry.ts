import type { Scalar, SurfaceForm, VaultEntry } from "./vault_entry.ts";
import type { VaultState } from "./vault_state.ts";

const MAX_FORMS = 16;

/** What stands behind a token, while more of it is seen. */
export class StoredEntry implements VaultEntry {
  readonly token: string;
  readonly kind: string;
  readonly #count: number;
  readonly #forms: { value: Scalar; servers: string[] }[] = [];

  constructor(token: string, kind: string, count: number) {
    this.token = token;
    this.kind = kind;
    this.#count = count;
  }

  get forms(): readonly SurfaceForm[] {
    return this.#forms;
  }

  /** Whether this was new. */
  see(value: Scalar, server: string | undefined): boolean {
    const form = this.#forms.find((known) => known.value === value);
    if (form === undefined) {
      if (this.#forms.length >= MAX_FORMS) return false;
      this.#forms.push({ value, servers: server === undefined ? [] : [server] });
      return true;
    }
    if (server === undefined || form.servers.includes(server)) return false;
    form.servers.push(server);
    return true;
  }

  toState(): VaultState["entries"][number] {
    return [
      this.kind,
      this.#count,
      this.#forms.map(({ value, servers }) => [typeof value, String(value), servers] as const),
    ];
  }
}
