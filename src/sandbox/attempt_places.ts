import { isOfPaths } from "./permission_rights.ts";
import { RecentMap } from "./recent_map.ts";

/** Kept of each place: the first ones, and the last ones, which a flood before them does not hide. */
const FIRST_KEPT = 4;
const LAST_KEPT = 2;

/** Regions of one permission, and places of one region: the first ones, and the last ones. */
const REGIONS = { first: 32, last: 8 };
const PLACES = { first: 64, last: 8 };

/** Entries of a folder of the machine that are told apart. */
const MOST_ENTRIES = 2_000;

/** One that is kept. */
export interface Kept {
  readonly value: string;
  readonly order: number;
}

/** Where attempts go to. */
interface Place {
  readonly first: Kept[];
  readonly last: Kept[];
}

/** What is told apart of an attempt: a folder below the root, and what is named in it. */
interface Spot {
  readonly region: string;
  readonly place: string;
}

/** Where attempts of one permission went to: a few of each place, of each region a few places. */
export class AttemptPlaces {
  readonly #spotOf: (value: string) => Spot;
  readonly #regions = new RecentMap<RecentMap<Place>>(REGIONS);

  /** @param permission what was tried */
  constructor(permission: string) {
    this.#spotOf = isOfPaths(permission) ? spotOfPath : spotOfName;
  }

  /** Adds one, and says whether it is known, or new, and whether among the first of its place. */
  add(value: string, order: number): "known" | "first" | "later" {
    const { region, place } = this.#spotOf(value);
    const places = this.#regions.touch(region, () => new RecentMap(PLACES));
    const { first, last } = places.touch(place, () => ({ first: [], last: [] }));
    const isSame = (kept: Kept) => kept.value === value;
    if (first.some(isSame) || last.some(isSame)) return "known";
    const kept = { value, order };
    if (first.length < FIRST_KEPT) {
      first.push(kept);
      return "first";
    }
    last.push(kept);
    if (last.length > LAST_KEPT) last.shift();
    return "later";
  }

  /** One of each region before the second of any, and so of each place; the latest first. */
  inRank(): Kept[] {
    return inTurn(
      fromBothEnds(this.#regions.byTouch()).map((places) =>
        inTurn(
          fromBothEnds(places.byTouch()).map(({ first, last }) =>
            fromBothEnds([...first, ...last])
          ),
        )
      ),
    );
  }
}

/** The first of each list, then the second of each, and so on. */
export function inTurn<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = lists.reduce((most, { length }) => Math.max(most, length), 0);
  return Array.from({ length: longest }, (_, rank) => rank)
    .flatMap((rank) => lists.flatMap((list) => rank < list.length ? [list[rank]!] : []));
}

/** The last, the first, the last but one, and so on. */
function fromBothEnds<T>(list: readonly T[]): T[] {
  const half = Math.floor(list.length / 2);
  return inTurn([list.slice(half).toReversed(), list.slice(0, half)]);
}

/** What stands on this machine is told apart by its own name, what a program made up by its folder. */
function spotOfPath(path: string): Spot {
  const [, top = "", entry = ""] = path.split("/", 3);
  if (!entriesOf("/")?.has(top)) return { region: "", place: top };
  if (entriesOf(`/${top}`)?.has(entry)) return { region: top, place: entry };
  return { region: top, place: "" };
}

/** Hosts are told apart by what they end in, and other names not at all. */
function spotOfName(name: string): Spot {
  const host = name.replace(/:\d+$/, "");
  return { region: host.split(".").slice(-2).join("."), place: host };
}

const folders = new Map<string, ReadonlySet<string> | undefined>();

/** Of the root and its own folders alone: so many lists are read, once. */
function entriesOf(folder: string): ReadonlySet<string> | undefined {
  if (!folders.has(folder)) folders.set(folder, readEntries(folder));
  return folders.get(folder);
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
