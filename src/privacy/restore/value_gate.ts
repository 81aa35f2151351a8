import type { FlowAction } from "../flow_policy.ts";
import type { MaskSession } from "../mask/mask_context.ts";
import type { VaultEntry } from "../vault/vault_entry.ts";
import { type JsonPath, namesOf, STEP } from "./argument_walker.ts";
import type { ArgumentSyntax } from "./argument_syntax.ts";
import type { RestoreProblem, RestoreQuestion } from "./restore_outcome.ts";

/** What became of a token. */
interface RestoreNote {
  readonly kind: string;
  readonly action: "restored" | "denied" | "asked";
  readonly why: string;
  readonly entry?: VaultEntry;
}

const NOTED = { allow: "restored", deny: "denied", ask: "asked" } as const;

/** Lets values go to servers as the policy decides. */
export class ValueGate {
  readonly #session: MaskSession;

  constructor(session: MaskSession) {
    this.#session = session;
  }

  /** Whether a value may go this way; why not, or what to ask first, is taken down. */
  mayGo(entry: VaultEntry, way: Way): boolean {
    const { server, tool, approved } = way.work.context;
    const sources = sourcesOf(entry);
    const { action, why } = this.#decide(entry.kind, sources, way);
    const id = action === "ask"
      ? [entry.token, server, tool, namesOf(way.where).join(".")].join(" ")
      : "";
    const decided: FlowAction = action === "ask" && approved?.has(id) ? "allow" : action;
    this.note(way, { kind: entry.kind, action: NOTED[decided], why, entry });
    if (decided === "allow") {
      way.work.entries.add(entry);
      return true;
    }
    const { token, kind } = entry;
    const path = way.where.path();
    if (decided === "ask") {
      way.work.questions.push({ id, token, kind, path, sources, server, tool });
    } else {
      way.work.problems.push({
        reason: "denied",
        token,
        path,
        message: `Cannot send ${token} to ${server}: ${lowerFirst(why)}`,
      });
    }
    return false;
  }

  /** A table has ten thousand values that go the same way. */
  #decide(
    kind: string,
    sources: readonly string[],
    { where, work: { context: { server, tool }, decided } }: Way,
  ): { action: FlowAction; why: string } {
    const way = `${kind}\x01${sources.join(STEP)}\x01${where.names}`;
    let decision = decided.get(way);
    if (decision === undefined) {
      const path = namesOf(where);
      decision = this.#session.protection.flows.decide({ kind, sources, server, tool, path });
      decided.set(way, decision);
    }
    return decision;
  }

  /** Writes down what became of a token. */
  note({ where, work: { context } }: Way, { kind, action, why, entry }: RestoreNote): void {
    if (!this.#session.log.isHeard) return;
    if (context.purpose === "question" && action !== "asked") return;
    this.#session.log.add({
      direction: "call",
      server: context.server,
      tool: context.tool,
      path: where.path(),
      kind,
      ...(entry === undefined ? {} : { entry }),
      detector: why,
      confidence: 1,
      action,
      length: entry === undefined ? 0 : String(entry.forms[0]!.value).length,
    });
  }
}

/** The servers that a value was seen from, in any of its forms. */
function sourcesOf({ forms }: VaultEntry): readonly string[] {
  return forms.length === 1
    ? forms[0]!.servers
    : [...new Set(forms.flatMap(({ servers }) => servers))];
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

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
