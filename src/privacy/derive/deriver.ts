import type { MaskSession } from "../mask/mask_context.ts";
import { findTokens } from "../../model/token.ts";
import type { VaultEntry } from "../vault/vault_entry.ts";
import { comparable, type Fact, type FactName, FACTS } from "./facts.ts";

/** What became of a question about a value. */
export type DeriveOutcome =
  | { readonly status: "derived"; readonly value: string | boolean | null }
  | {
    readonly status: "refused";
    /** The policy forbids it; or the question makes no sense. */
    readonly reason: "denied" | "senseless";
    readonly message: string;
  };

/** Tells facts about values behind tokens, without the values. */
export class Deriver {
  readonly #session: MaskSession;
  readonly #now: () => number;

  constructor(session: MaskSession, now: () => number) {
    this.#session = session;
    this.#now = now;
  }

  /**
   * A fact about one value.
   *
   * @param fact one of `domain`, `country`, `last4`, `network`, `ageBand`, `initials`
   * @param subject a token; or a real value, where programs hold those
   * @returns `null` for a value that the fact does not fit
   */
  derive(fact: string, subject: unknown): DeriveOutcome {
    const row = Object.hasOwn(FACTS, fact) ? FACTS[fact as FactName] as Fact : undefined;
    if (row === undefined) return refused(`Cannot derive "${fact}": there is no such fact`);
    const entry = this.#entryOf(subject);
    if (entry === "foreign") {
      return refused(`Cannot derive ${fact}: the token is not of this session`);
    }
    const kind = entry?.kind ?? row.kinds[0]!;
    if (!row.kinds.includes(kind)) return refused(`Cannot derive ${fact} of ${kind}: it has none`);
    const isAllowed = this.#isAllowed(fact, kind, row.tells.includes(kind));
    this.#note(fact, entry, isAllowed);
    if (!isAllowed) return denied(`Cannot derive ${fact} of ${kind}: the policy forbids it`);
    const value = entry === undefined ? String(subject) : String(entry.forms[0]!.value);
    const { regions } = this.#session.protection.settings;
    return {
      status: "derived",
      value: row.of(value, { kind, regions, nowMs: this.#now() }) ?? null,
    };
  }

  /** Whether two values are the same, however they are written. Either may be a token. */
  same(one: unknown, other: unknown): DeriveOutcome {
    const [first, second] = [this.#entryOf(one), this.#entryOf(other)];
    if (first === "foreign" || second === "foreign") {
      return refused("Cannot compare: a token is not of this session");
    }
    const kind = first?.kind ?? second?.kind ?? "TEXT";
    const isAllowed = this.#isAllowed("same", kind, true);
    this.#note("same", first ?? second, isAllowed);
    if (!isAllowed) return denied(`Cannot compare values of ${kind}: the policy forbids it`);
    const write = (entry: VaultEntry | undefined, value: unknown) =>
      comparable(kind, entry === undefined ? String(value) : String(entry.forms[0]!.value));
    return { status: "derived", value: write(first, one) === write(second, other) };
  }

  /** What stands behind a whole token; nothing for what is no token. */
  #entryOf(subject: unknown): VaultEntry | "foreign" | undefined {
    const text = String(subject);
    const { protection: { kinds }, vault: { nonce } } = this.#session;
    const [token] = findTokens(text, { kinds, nonce });
    if (token === undefined || token.start !== 0 || token.end !== text.length) return undefined;
    return this.#session.vault.get(token.token) ?? "foreign";
  }

  #isAllowed(fact: string, kind: string, byDefault: boolean): boolean {
    const rule = this.#session.protection.settings.derive.find((one) =>
      one.fact === fact && (one.kinds.includes(kind) || one.kinds.includes("*"))
    );
    return rule === undefined ? byDefault : rule.action === "allow";
  }

  #note(fact: string, entry: VaultEntry | undefined, isAllowed: boolean): void {
    if (entry === undefined) return;
    this.#session.log.add({
      direction: "call",
      path: "",
      kind: entry.kind,
      entry,
      detector: `derive.${fact}`,
      confidence: 1,
      action: isAllowed ? "derived" : "denied",
      length: String(entry.forms[0]!.value).length,
    });
    this.#session.log.flush();
  }
}

function refused(message: string): DeriveOutcome {
  return { status: "refused", reason: "senseless", message };
}

function denied(message: string): DeriveOutcome {
  return { status: "refused", reason: "denied", message };
}
