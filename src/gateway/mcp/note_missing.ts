const MAX_NAMES = 5;

/** A text, and below it the servers that it leaves out because they are out of reach. */
export function noteMissing(text: string, unavailable: readonly string[]): string {
  if (unavailable.length === 0) return text;
  const named = unavailable.slice(0, MAX_NAMES).join(", ");
  const more = unavailable.length - MAX_NAMES;
  return `${text}\nNot within reach now: ${named}${more > 0 ? ` and ${more} more` : ""}.`;
}
