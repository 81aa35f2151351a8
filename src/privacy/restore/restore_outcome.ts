import type { VaultEntry } from "../vault/vault_entry.ts";

/** A value that may not go where it was sent, or a token that stands for nothing. */
export interface RestoreProblem {
  readonly reason: "unknown" | "denied" | "embedded" | "unreadable";
  /** The token in its exact form; empty where a real value was sent. */
  readonly token: string;
  /** The argument, as `to.0.address`. */
  readonly path: string;
  /** For a program and its author; holds no value. */
  readonly message: string;
}

/** Whether one value may go one way: for a person. */
export interface RestoreQuestion {
  /** Names the token and its way; goes into `approved`. */
  readonly id: string;
  readonly token: string;
  readonly kind: string;
  readonly path: string;
  /** Servers that the value came from. */
  readonly sources: readonly string[];
  readonly server: string;
  readonly tool: string;
}

/** What became of the arguments. */
export type RestoreOutcome =
  | {
    readonly status: "restored";
    readonly value: unknown;
    /** What was put in. */
    readonly entries: ReadonlySet<VaultEntry>;
  }
  | { readonly status: "refused"; readonly problems: readonly RestoreProblem[] }
  | { readonly status: "ask"; readonly questions: readonly RestoreQuestion[] };
