import type { EscapeAttempt } from "../result/run_result.ts";
import { isOfPaths } from "./permission_rights.ts";

/** Listed at the most, over all permissions. */
const MOST_LISTED = 32;

/** Kept of each place: the first ones, and the last ones, which a flood before them does not hide. */
const FIRST_KEPT = 4;
const LAST_KEPT = 2;

/** Places of one permission; what comes at further ones is counted together. */
const MOST_PLACES = 256;

/** Entries of a folder of the machine that are told apart. */
const MOST_ENTRIES = 2_000;

interface Kept {
  readonly value: string;
  readonly order: number;
}

/** Where attempts of one permission go to. */
interface Place {
  /** What stands on this machine is told before what a program made up. */
  readonly isReal: boolean;
  readonly first: Kept[];
  readonly last: Kept[];
}

interface Kind {
  readonly places: Map<string, Place>;
  count: number;
}

/**
 * Keeps what a program tried beyond its rights so that no number of attempts hides another: each
 * permission has its own room, and in it each file and folder of the machine that is named.
 */
export class AttemptTally {
  readonly #kinds = new Map<string, Kind>();
  readonly #folders = new Map<string, ReadonlySet<string> | undefined>();
  #order = 0;

  /** Adds one; true where it is a new one and among the first of its place. */
  add({ permission, value }: EscapeAttempt): boolean {
    const kind = this.#kindOf(permission);
    const { first, last } = this.#placeOf(kind, permission, value);
    const isSame = (kept: Kept) => kept.value === value;
    if (first.some(isSame) || last.some(isSame)) return false;
    kind.count++;
    const kept = { value, order: this.#order++ };
    if (first.length < FIRST_KEPT) return first.push(kept) > 0;
    last.push(kept);
    if (last.length > LAST_KEPT) last.shift();
    return false;
  }

  /** What is listed of them, in their order; the last of a permission says how many more came. */
  list(): EscapeAttempt[] {
    const queues = [...this.#kinds].map(([permission, { places }]) => ({
      permission,
      kept: inRank([...places.values()]),
    }));
    const listed: (Kept & { readonly permission: string })[] = [];
    for (let rank = 0; queues.some(({ kept }) => rank < kept.length); rank++) {
      for (const { permission, kept } of queues) {
        const next = kept[rank];
        if (next !== undefined && listed.length < MOST_LISTED) listed.push({ ...next, permission });
      }
    }
    listed.sort((a, b) => a.order - b.order);
    return listed.map(({ permission, value }, at) => {
      const isLast = !listed.slice(at + 1).some((later) => later.permission === permission);
      const more = isLast ? this.#unlisted(permission, listed) : 0;
      return { permission, value, ...(more > 0 && { more }) };
    });
  }

  #unlisted(permission: string, listed: readonly { readonly permission: string }[]): number {
    const shown = listed.filter((one) => one.permission === permission).length;
    return this.#kinds.get(permission)!.count - shown;
  }

  #kindOf(permission: string): Kind {
    const known = this.#kinds.get(permission);
    if (known !== undefined) return known;
    const kind = { places: new Map(), count: 0 };
    this.#kinds.set(permission, kind);
    return kind;
  }

  #placeOf({ places }: Kind, permission: string, value: string): Place {
    const real = isOfPaths(permission) ? this.#realPlace(value) : undefined;
    const name = places.size < MOST_PLACES || places.has(real ?? "") ? real ?? "" : "";
    const known = places.get(name);
    if (known !== undefined) return known;
    const place = { isReal: name !== "", first: [], last: [] };
    places.set(name, place);
    return place;
  }

  /** The file or folder of this machine that a path goes to: two names deep, by lists read once. */
  #realPlace(path: string): string | undefined {
    const [, top = "", entry = ""] = path.split("/", 3);
    if (!this.#entriesOf("/")?.has(top)) return undefined;
    return this.#entriesOf(`/${top}`)?.has(entry) ? `/${top}/${entry}` : `/${top}`;
  }

  #entriesOf(folder: string): ReadonlySet<string> | undefined {
    if (!this.#folders.has(folder)) this.#folders.set(folder, readEntries(folder));
    return this.#folders.get(folder);
  }
}

/** One of each place before the second of any, real places before others. */
function inRank(places: readonly Place[]): Kept[] {
  const ranked = places.flatMap(({ isReal, first, last }) =>
    [...first, ...last.toReversed()].map((kept, rank) => ({ kept, rank, isReal }))
  );
  ranked.sort((a, b) =>
    a.rank - b.rank || Number(b.isReal) - Number(a.isReal) || a.kept.order - b.kept.order
  );
  return ranked.map(({ kept }) => kept);
}

function readEntries(folder: string): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  try {
    for (const { name } of Deno.readDirSync(folder)) {
      if (names.size < MOST_ENTRIES) names.add(name);
    }
    return names;
  } catch {
    return undefined;
  }
}
