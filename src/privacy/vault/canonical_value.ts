type Scalar = string | number | bigint | boolean;

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
