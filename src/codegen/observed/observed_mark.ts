/** What the comment of an observed type begins with; no text of a server can. */
export const OBSERVED = "/** Observed in ";
