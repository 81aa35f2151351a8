import { shortHash } from "./short_hash.ts";

/** What a name would be if it were the only one. */
export interface NameCandidate {
  readonly text: string;
  /** `own`: the name as it is; `altered`: made from it; `lossy`: too little of it is left. */
  readonly likeness: "own" | "altered" | "lossy";
}

/** Options of {@linkcode uniqueNames}. */
export interface UniqueNamesOptions {
  /** What a name would be if it were the only one; must keep letters, digits and `_` as they are. */
  readonly candidate: (name: string) => NameCandidate;
}

/**
 * Gives each of the given names one that no other has, also on a disk that ignores case, whatever
 * their order. Of those that would share one, an own name goes before an altered one, and the
 * others carry a hash of the name they come from; so a new name leaves all others as they are
 * unless it takes what one of them had borrowed.
 */
export function uniqueNames(
  names: Iterable<string>,
  options: UniqueNamesOptions,
): Map<string, string> {
  const wanted = [...new Set(names)]
    .map((name) => ({ name, ...options.candidate(name) }))
    .sort(ownFirstThenDescending);
  const taken = new Set<string>();
  const result = new Map<string, string>();
  const take = (name: string, text: string): boolean => {
    const folded = text.toLowerCase();
    if (taken.has(folded)) return false;
    taken.add(folded);
    result.set(name, text);
    return true;
  };
  const later = wanted.filter(({ name, text, likeness }) =>
    likeness === "lossy" || !take(name, text)
  );
  for (const { name, text } of later) {
    for (let length = 6; !take(name, `${text}_${shortHash(name, length)}`); length++);
  }
  return result;
}

type Wanted = NameCandidate & { readonly name: string };

/** Descending, so that `getUser` goes before `GETUSER`. */
function ownFirstThenDescending(a: Wanted, b: Wanted): number {
  if ((a.likeness === "own") !== (b.likeness === "own")) return a.likeness === "own" ? -1 : 1;
  return a.name < b.name ? 1 : -1;
}
