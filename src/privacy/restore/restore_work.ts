import type { FlowAction } from "../flow_policy.ts";
import type { VaultEntry } from "../vault/vault_entry.ts";
import type { ArgumentSyntax } from "./argument_syntax.ts";
import type { JsonPath } from "./argument_walker.ts";
import type { RestoreProblem, RestoreQuestion } from "./restore_outcome.ts";

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
