/** What stands behind a token. */
export interface VaultEntry {
  readonly token: string;
  readonly kind: string;
  /** Every form that was seen, the first one first. */
  readonly forms: readonly SurfaceForm[];
}

/** One way in which a value was seen, and the servers that it was seen from. */
interface SurfaceForm {
  readonly value: Scalar;
  /** Names of servers; empty for what a program or a person wrote. */
  readonly servers: readonly string[];
}

/** A value that can stand behind a token. */
export type Scalar = string | number | bigint | boolean;

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

/** A value again that was written down as a text with its type. */
export function readScalar(type: string, text: string): Scalar {
  switch (type) {
    case "number":
      return Number(text);
    case "bigint":
      return BigInt(text);
    case "boolean":
      return text === "true";
    default:
      return text;
  }
}

/** What makes two values of a kind the same, however they are written. */
const CANONICAL: Readonly<Record<string, (value: string) => string>> = {
  EMAIL: (value) => {
    const at = value.lastIndexOf("@");
    return value.slice(0, at) + value.slice(at).toLowerCase();
  },
  PHONE: canonicalPhone,
  CARD: withoutSeparators,
  IBAN: (value) => withoutSeparators(value).toUpperCase(),
  SSN: withoutSeparators,
  IP: (value) => value.toLowerCase(),
  MAC: (value) => value.replace(/[:.-]/g, "").toLowerCase(),
};

/** The form of a value that is equal for equal values; for all but a few kinds, the value itself. */
export function canonicalValue(kind: string, value: Scalar): string {
  const text = String(value);
  return CANONICAL[kind]?.(text.trim()) ?? text;
}

/** E.164 where the country is written, or where the form is that of North America. */
function canonicalPhone(value: string): string {
  const extension = /(?:x|ext\.?) ?(\d+)$/i.exec(value);
  const main = extension === null ? value : value.slice(0, extension.index);
  const digits = main.replace(/\(0\)/, "").replace(/\D/g, "");
  const suffix = extension === null ? "" : `x${extension[1]}`;
  if (/^\(?\s*\+/.test(main)) return `+${digits}${suffix}`;
  if (/^00[1-9]/.test(digits)) return `+${digits.slice(2)}${suffix}`;
  if (/^1?[2-9]\d{2}[2-9]\d{6}$/.test(digits)) return `+1${digits.slice(-10)}${suffix}`;
  return digits + suffix;
}

function withoutSeparators(value: string): string {
  return value.replace(/[^\p{L}\p{N}*]/gu, "");
}
