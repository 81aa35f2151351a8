import type { PrivacyEvent } from "../privacy_event.ts";
import type { Protection } from "../protection.ts";
import type { KnownValues } from "../detect/known_values.ts";
import type { Vault } from "../vault/vault.ts";
import type { VaultEntry } from "../vault/vault_entry.ts";

/** Where a value comes from or goes to. */
export interface MaskContext {
  /**
   * `in`: from a server, a file or a person, where whatever has the shape of a token is quoted.
   * `out`: from a program to the model, where the session's own tokens stay.
   */
  readonly direction: "in" | "out";
  /** The server that it comes from. */
  readonly server?: string;
  /** The tool that answered with it. */
  readonly tool?: string;
  /** What was sent to the server as it is, and may come back from it under any name. */
  readonly echoes?: KnownValues;
  /** When it must be done, by the clock of `performance.now()`. Default: never. */
  readonly deadline?: number;
}

/** What belongs to a session and what it is masked by. */
export interface MaskSession {
  /** Whose turns the work takes. */
  readonly principal: string;
  readonly protection: Protection;
  readonly vault: Vault;
  readonly known: KnownValues;
  /** What programs hold as it is: all of it is looked for on its way to the model. */
  readonly held: KnownValues;
  readonly log: EventLog;
}

/** What is looked for in a context beside what a finder knows. */
export function extraValues(
  { held }: Pick<MaskSession, "held">,
  { echoes }: MaskContext,
): readonly KnownValues[] {
  return [held, echoes].filter((values) =>
    values !== undefined && values.size > 0
  ) as KnownValues[];
}

/** What a session's log adds to an act on one value. */
type Logged = "seq" | "atMs" | "session" | "token" | "fingerprint" | "server" | "tool";

/** One act on one value. */
interface EventInput extends Omit<PrivacyEvent, Logged> {
  readonly server?: string | undefined;
  readonly tool?: string | undefined;
  readonly entry?: VaultEntry;
}

/** Numbers the events of a session and gives them to the audit, those of one act at once. */
export class EventLog {
  readonly #vault: Vault;
  readonly #sink: ((events: readonly PrivacyEvent[]) => void) | undefined;
  readonly #now: () => number;
  #seq = 0;
  #waiting: PrivacyEvent[] = [];

  constructor(
    vault: Vault,
    sink: ((events: readonly PrivacyEvent[]) => void) | undefined,
    now: () => number,
  ) {
    this.#vault = vault;
    this.#sink = sink;
    this.#now = now;
  }

  /** Whether events are taken: paths are worked out for them alone. */
  get isHeard(): boolean {
    return this.#sink !== undefined;
  }

  /** Writes one event; it is given on by {@linkcode flush}. */
  add(input: EventInput): void {
    if (this.#sink === undefined) return;
    this.#waiting.push(
      new LoggedEvent(input, ++this.#seq, { vault: this.#vault, atMs: this.#now() }),
    );
  }

  /** Gives on what was written since the last time. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    const events = this.#waiting;
    this.#waiting = [];
    this.#sink?.(events);
  }
}

/** One event; the value stays private, so that no writer of events can read it. */
class LoggedEvent implements PrivacyEvent {
  readonly seq: number;
  readonly atMs: number;
  readonly session: string;
  readonly direction: PrivacyEvent["direction"];
  declare readonly server?: string;
  declare readonly tool?: string;
  readonly path: string;
  readonly kind: string;
  declare readonly token?: string;
  readonly detector: string;
  readonly confidence: number;
  readonly action: PrivacyEvent["action"];
  declare readonly reason?: string;
  readonly length: number;
  readonly #vault: Vault;
  readonly #entry: VaultEntry | undefined;

  constructor(input: EventInput, seq: number, { vault, atMs }: { vault: Vault; atMs: number }) {
    this.seq = seq;
    this.atMs = atMs;
    this.session = vault.session;
    this.direction = input.direction;
    if (input.server !== undefined) this.server = input.server;
    if (input.tool !== undefined) this.tool = input.tool;
    this.path = input.path;
    this.kind = input.kind;
    if (input.entry !== undefined) this.token = input.entry.token;
    this.detector = input.detector;
    this.confidence = input.confidence;
    this.action = input.action;
    if (input.reason !== undefined) this.reason = input.reason;
    this.length = input.length;
    this.#vault = vault;
    this.#entry = input.entry;
  }

  fingerprint(): string | undefined {
    return this.#entry === undefined ? undefined : this.#vault.fingerprint(this.#entry);
  }
}
