/** What the comment of an observed type begins with; no text of a server can. */
export const OBSERVED = "/** Observed in ";

/** What stands beside an observed type; the counts are coarse, so that it seldom changes. */
export function observedDoc(samples: number): string {
  const steps = [1_000, 100, 10, 3].find((step) => samples >= step);
  const count = steps === undefined ? String(samples) : `${steps} or more`;
  return `Observed in ${count} result${samples === 1 ? "" : "s"}, not promised by the server`;
}

/** A wrapper's text with `type` in the place of what was observed; the text itself where nothing was. */
export function withoutObserved(wrapper: string, type: "any" | "unknown"): string {
  const at = wrapper.indexOf(OBSERVED);
  if (at < 0) return wrapper;
  const rest = wrapper.slice(at).replace(
    /^[^\n]*\nexport type (\w+) = [\s\S]*?;\n\n/,
    (_whole, name: string) => `export type ${name} = ${type};\n\n`,
  );
  return wrapper.slice(0, at) + rest;
}
