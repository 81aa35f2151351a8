import type { NamePart } from "./name_part.ts";

/** What capitalised words can be. */
export type NamedKind = "PERSON" | "ORG" | "LOCATION" | "ADDRESS";

/** One reason to take words for a name of a kind, or for none. Worths of the same kind add up. */
export interface NameRule {
  readonly says: string;
  readonly holds: (part: NamePart) => boolean;
  readonly worth: Readonly<Partial<Record<NamedKind, number>>>;
}
