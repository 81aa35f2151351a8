import type { VaultEntry } from "../vault/vault_entry.ts";
import type { FlowAction } from "../flow_policy.ts";
import type { ArgumentSyntax } from "./argument_syntax.ts";
import type { JsonPath } from "./argument_walker.ts";

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

/** The call that arguments are for. */
export interface RestoreContext {
  readonly server: string;
  readonly tool: string;
  /** Ids of questions that a person has answered with yes. */
  readonly approved?: ReadonlySet<string>;
  /** "question" where only what a person must be asked is wanted: nothing goes anywhere. */
  readonly purpose?: "question" | "send";
  /** The language of an argument, where the tool's schema tells; by name and look otherwise. */
  readonly syntaxOf?: (path: readonly string[]) => ArgumentSyntax | undefined;
}

/** The work on a whole call. */
export interface RestoreWork {
  readonly context: RestoreContext;
  readonly problems: RestoreProblem[];
  readonly questions: RestoreQuestion[];
  readonly entries: Set<VaultEntry>;
  /** How much may still be read for what encloses values. */
  charactersLeft: number;
  /** What was decided for each way. */
  readonly decided: Map<string, { action: FlowAction; why: string }>;
}

/** Where a text stands, in the work on a whole call. */
export interface Way {
  readonly where: JsonPath;
  readonly work: RestoreWork;
}
