import { parsePhoneNumberFromString } from "npm:libphonenumber-js@1.13.16/min";
import type { MaskSession } from "../mask/mask_context.ts";
import { findTokens } from "../../model/token.ts";
import { canonicalValue, type VaultEntry } from "../vault/vault_entry.ts";
import { cardNetwork } from "../detect/number_kinds.ts";

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

/** A fact that can be told of a value without telling the value. */
interface Fact {
  /** Kinds of values that have it. */
  readonly kinds: readonly string[];
  /** Kinds for which it is told unless a rule says otherwise. */
  readonly tells: readonly string[];
  /** The fact; nothing for a value that has none. */
  readonly of: (value: string, context: FactContext) => string | undefined;
}

/** What a fact may depend on beside the value. */
interface FactContext {
  readonly kind: string;
  /** Countries in whose form a phone number without a country is read. */
  readonly regions: readonly string[];
  readonly nowMs: number;
}

const YEAR_MS = 365.2425 * 24 * 60 * 60 * 1000;
const AGE_BAND = 10;

/** Every fact but `same`, which is about two values. */
const FACTS = {
  /** The part of an e-mail address after `@`, in small letters. */
  domain: {
    kinds: ["EMAIL"],
    tells: ["EMAIL"],
    of: (value) => /@([^@\s]+)$/.exec(value)?.[1]?.toLowerCase(),
  },
  /** The country of a phone number, an IBAN or an account, in two letters. */
  country: {
    kinds: ["PHONE", "IBAN"],
    tells: ["PHONE", "IBAN"],
    of: (value, { kind, regions }) =>
      kind === "IBAN" ? value.trim().slice(0, 2).toUpperCase() : phoneCountry(value, regions),
  },
  /** The last four digits or signs. */
  last4: {
    kinds: ["CARD", "IBAN", "ACCOUNT", "PHONE", "SSN"],
    tells: ["CARD", "IBAN", "ACCOUNT", "PHONE"],
    of: (value) => {
      const signs = value.replace(/[^\p{L}\p{N}]/gu, "");
      return signs.length > 4 ? signs.slice(-4) : undefined;
    },
  },
  /** The network of a payment card. */
  network: {
    kinds: ["CARD"],
    tells: ["CARD"],
    of: (value) => cardNetwork(value.replace(/\D/g, "")),
  },
  /** The decade of an age: "30-39". */
  ageBand: {
    kinds: ["BIRTHDATE"],
    tells: ["BIRTHDATE"],
    of: (value, { nowMs }) => ageBand(value, nowMs),
  },
  /** The first letter of each word of a name. */
  initials: {
    kinds: ["PERSON"],
    tells: ["PERSON"],
    of: (value) =>
      value.split(/[\s-]+/u).map((word) => /\p{L}/u.exec(word)?.[0]?.toUpperCase() ?? "").join(
        "",
      ) ||
      undefined,
  },
} as const satisfies Record<string, Fact>;

type FactName = keyof typeof FACTS;

/** A value as it is compared: like its identity, but names in any case and with any spaces. */
function comparable(kind: string, value: string): string {
  return canonicalValue(kind, value).normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
}

function phoneCountry(value: string, regions: readonly string[]): string | undefined {
  const canonical = canonicalValue("PHONE", value).replace(/x\d+$/, "");
  const written = canonical.startsWith("+") ? canonical : value;
  for (const region of [undefined, ...regions]) {
    // deno-lint-ignore no-explicit-any -- the library's type lists all countries by name
    const phone = parsePhoneNumberFromString(written, region as any);
    if (phone?.country !== undefined && (written.startsWith("+") || phone.isValid())) {
      return phone.country;
    }
    if (phone !== undefined && written.startsWith("+")) return undefined;
  }
  return undefined;
}

function ageBand(value: string, nowMs: number): string | undefined {
  const born = birthMs(value);
  if (born === undefined) return undefined;
  const age = Math.floor((nowMs - born) / YEAR_MS);
  if (age < 0 || age > 130) return undefined;
  const from = Math.floor(age / AGE_BAND) * AGE_BAND;
  return `${from}-${from + AGE_BAND - 1}`;
}

/** A date of birth in the common ways to write one; where day and month could be either, the band seldom cares. */
function birthMs(value: string): number | undefined {
  const text = value.trim();
  const compact = /^(\d{4})(\d\d)(\d\d)$/.exec(text);
  const yearLast = /^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})$/.exec(text);
  const year = /^(?:19|20)\d\d$/.exec(text);
  const iso = compact !== null
    ? `${compact[1]}-${compact[2]}-${compact[3]}`
    : yearLast !== null
    ? yearLastToIso(yearLast[1]!, yearLast[2]!, yearLast[3]!)
    : year !== null
    ? `${text}-07-01`
    : text;
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? undefined : ms;
}

function yearLastToIso(first: string, second: string, year: string): string {
  const [month, day] = Number(first) > 12 ? [second, first] : [first, second];
  return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}
