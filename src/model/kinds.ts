/** How much is protected. */
export type Level = "low" | "medium" | "high";

/** What is known about one kind of personal data or secret. */
export interface KindRow {
  /** The level from which it is looked for in free text. */
  readonly inText: Level;
  /**
   * The level from which it is looked for in what a program says itself, where that is another one:
   * whoever the servers spoke of is known by then, and a program's own words are full of capitals.
   */
  readonly inOwnWords?: Level;
  /** The level from which a key or a label that names it is believed. */
  readonly byKey: Level;
  /** Whether it stays with the server that it came from unless a rule names it. */
  readonly staysHome: boolean;
}

/** Every kind that is built in. A token is named after its kind: `[EMAIL_1_k7q]`. */
export const KINDS = {
  SECRET: { inText: "low", byKey: "low", staysHome: true },
  CARD: { inText: "low", byKey: "low", staysHome: false },
  IBAN: { inText: "low", byKey: "low", staysHome: false },
  SSN: { inText: "low", byKey: "low", staysHome: true },
  NATIONAL_ID: { inText: "low", byKey: "low", staysHome: true },
  CRYPTO: { inText: "low", byKey: "low", staysHome: false },
  EMAIL: { inText: "medium", byKey: "medium", staysHome: false },
  PHONE: { inText: "medium", byKey: "medium", staysHome: false },
  IP: { inText: "medium", byKey: "medium", staysHome: false },
  MAC: { inText: "medium", byKey: "medium", staysHome: false },
  PASSPORT: { inText: "medium", byKey: "medium", staysHome: true },
  LICENSE: { inText: "medium", byKey: "medium", staysHome: true },
  ACCOUNT: { inText: "medium", byKey: "medium", staysHome: false },
  MEDICAL: { inText: "medium", byKey: "medium", staysHome: false },
  BIRTHDATE: { inText: "medium", byKey: "medium", staysHome: false },
  PERSON: { inText: "medium", inOwnWords: "high", byKey: "medium", staysHome: false },
  ADDRESS: { inText: "medium", inOwnWords: "high", byKey: "medium", staysHome: false },
  ZIP: { inText: "high", byKey: "medium", staysHome: false },
  LOCATION: { inText: "high", byKey: "medium", staysHome: false },
  ORG: { inText: "high", byKey: "medium", staysHome: false },
  USERNAME: { inText: "high", byKey: "medium", staysHome: false },
} as const satisfies Record<string, KindRow>;

/** The kind of quoted text: what arrived in the shape of a token. */
export const QUOTED_TEXT = "TEXT";

const ORDER: Readonly<Record<Level, number>> = { low: 0, medium: 1, high: 2 };

/** Whether a level protects what is protected from `from` on. */
export function reaches(level: Level, from: Level): boolean {
  return ORDER[level] >= ORDER[from];
}
