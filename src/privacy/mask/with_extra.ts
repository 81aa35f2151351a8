import type { KnownValues } from "../detect/known_values.ts";
import type { Finding } from "../detect/scan.ts";

/** The findings of a text, and the values beside them that are looked for in this context. */
export function withExtra(
  text: string,
  findings: readonly Finding[],
  extra: readonly KnownValues[],
): readonly Finding[] {
  return extra.reduce((all, values) => values.addTo(text, all, () => true), findings);
}
