import type { EscapeAttempt } from "../model/run_result.ts";
import type { TouchedPermission, TouchedPermissions } from "../result/ending.ts";
import { isOfPaths } from "./worker_command.ts";

/** The most violations listed, over all permissions. */
const MOST_LISTED = 32;

/** The violations of one permission: those that name a secret are kept apart. */
interface Kind {
  readonly secrets: ViolationPlaces;
  readonly others: ViolationPlaces;
  count: number;
}

/**
 * Keeps what a program tried beyond its rights so that no number of violations hides another: each
 * permission has its own share, in it names of secrets, and in that each place.
 */
export class ViolationTally {
  readonly #kinds = new Map<string, Kind>();
  #order = 0;

  /** Adds a violation; tells whether it is new and among the first of its place. */
  add({ permission, value }: EscapeAttempt): boolean {
    const kind = this.#kindOf(permission);
    const added = (namesSecret(value) ? kind.secrets : kind.others).add(value, this.#order++);
    if (added !== "known") kind.count++;
    return added === "first";
  }

  /** Lists violations in their order; the last of a permission carries how many more came. */
  list(): EscapeAttempt[] {
    const all = [...this.#kinds].map(([permission, { secrets, others }]) =>
      inTurn([secrets.inRank(), others.inRank()]).map((kept) => ({ ...kept, permission }))
    );
    const listed = inTurn(all).slice(0, MOST_LISTED).sort((a, b) => a.order - b.order);
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
    const places = () => new ViolationPlaces(permission);
    const kind = { secrets: places(), others: places(), count: 0 };
    this.#kinds.set(permission, kind);
    return kind;
  }
}

/** Values kept of each place: the first ones, and the last ones, after any flood between. */
const FIRST_KEPT = 4;
const LAST_KEPT = 2;

/** Regions of one permission, and places of one region, that are kept. */
const REGIONS = { first: 32, last: 8 };
const PLACES = { first: 64, last: 8 };

/** The most entries read of a folder of the machine. */
const MOST_ENTRIES = 2_000;

/** A value that is kept, and its number in the order of all. */
interface Kept {
  readonly value: string;
  readonly order: number;
}

interface Place {
  readonly first: Kept[];
  readonly last: Kept[];
}

/** A folder below the root, or the end of a host's name, and the name in it. */
interface Spot {
  readonly region: string;
  readonly place: string;
}

/** The values of one permission: a few of each place, of each region a few places. */
class ViolationPlaces {
  readonly #spotOf: (value: string) => Spot;
  readonly #regions = new RecentMap<RecentMap<Place>>(REGIONS);

  constructor(permission: string) {
    this.#spotOf = isOfPaths(permission) ? spotOfPath : spotOfName;
  }

  /** Adds a value; tells whether it is known, or new and among the first of its place. */
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

  /** Returns one value of each region before the second of any, and so of each place; the latest first. */
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

/** Returns the first of each list, then the second of each, and so on. */
function inTurn<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = lists.reduce((most, { length }) => Math.max(most, length), 0);
  return Array.from({ length: longest }, (_, rank) => rank)
    .flatMap((rank) => lists.flatMap((list) => rank < list.length ? [list[rank]!] : []));
}

/** Returns the last, the first, the last but one, and so on. */
function fromBothEnds<T>(list: readonly T[]): T[] {
  const half = Math.floor(list.length / 2);
  return inTurn([list.slice(half).toReversed(), list.slice(0, half)]);
}

/** Tells paths of this machine apart by their own names, made-up ones by their folders. */
function spotOfPath(path: string): Spot {
  const [, top = "", entry = ""] = path.split("/", 3);
  if (!entriesOf("/")?.has(top)) return { region: "", place: top };
  if (entriesOf(`/${top}`)?.has(entry)) return { region: top, place: entry };
  return { region: top, place: "" };
}

/** Tells hosts apart by their last two labels. */
function spotOfName(name: string): Spot {
  const host = name.replace(/:\d+$/, "");
  return { region: host.split(".").slice(-2).join("."), place: host };
}

const folders = new Map<string, ReadonlySet<string> | undefined>();

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

/** A map of bounded size that keeps what came first and what was touched last. */
class RecentMap<T> {
  readonly #first = new Map<string, T>();
  readonly #last = new Map<string, T>();
  readonly #touched = new Map<T, number>();
  readonly #size: { readonly first: number; readonly last: number };
  #touches = 0;

  /** @param size how many are kept for good, the first ones, and how many of those touched last */
  constructor(size: { readonly first: number; readonly last: number }) {
    this.#size = size;
  }

  touch(name: string, make: () => T): T {
    const value = this.#first.get(name) ?? this.#last.get(name) ?? make();
    this.#touched.set(value, this.#touches++);
    if (this.#first.has(name)) return value;
    if (this.#first.size < this.#size.first) {
      this.#first.set(name, value);
      return value;
    }
    this.#last.delete(name);
    this.#last.set(name, value);
    if (this.#last.size > this.#size.last) this.#dropOldest();
    return value;
  }

  /** Returns all values, the one touched last at the end. */
  byTouch(): T[] {
    return [...this.#touched].sort(([, one], [, other]) => one - other).map(([value]) => value);
  }

  #dropOldest(): void {
    const [name, value] = this.#last.entries().next().value!;
    this.#last.delete(name);
    this.#touched.delete(value);
  }
}

/** Touches of permissions beyond these are counted together. */
const MAX_PERMISSIONS = 256;

/** The most of one permission and one outcome: a flood of one kind leaves space for others. */
const MAX_OF_A_KIND = 96;

export class TouchedTally {
  readonly #counts = new Map<
    string,
    { -readonly [Key in keyof TouchedPermission]: TouchedPermission[Key] }
  >();
  readonly #ofKind = new Map<string, number>();
  #furtherTouches = 0;
  #record: TouchedPermissions["record"] = "whole";

  add(touched: Omit<TouchedPermission, "count">): void {
    const key = `${touched.permission} ${touched.value}`;
    const known = this.#counts.get(key);
    if (known !== undefined) known.count++;
    else if (this.#hasRoom(touched)) this.#counts.set(key, { ...touched, count: 1 });
    else this.#furtherTouches++;
  }

  #hasRoom({ permission, outcome }: Omit<TouchedPermission, "count">): boolean {
    const kind = `${permission} ${outcome}`;
    const count = (this.#ofKind.get(kind) ?? 0) + 1;
    if (count > MAX_OF_A_KIND || this.#counts.size >= MAX_PERMISSIONS) return false;
    this.#ofKind.set(kind, count);
    return true;
  }

  /** Notes that more came than was read. */
  cut(): void {
    this.#record = "cut";
  }

  list(): TouchedPermissions {
    return {
      permissions: [...this.#counts.values()].map((touched) => ({ ...touched })),
      furtherTouches: this.#furtherTouches,
      record: this.#record,
    };
  }
}

/** Tells whether secrets are often kept under a path or a name like this one. */
function namesSecret(value: string): boolean {
  return SECRETS.test(value);
}

const SECRETS =
  /secret|passw|credential|token|(?:^|[^a-z])(?:g?shadow|sudoers|id_(?:rsa|dsa|ecdsa|ed25519)|\.?keys?|\w+_key|api_?key)(?![a-z])|\.(?:ssh|aws|azure|gnupg|kube|docker|netrc|npmrc|pgpass|git-credentials|htpasswd|env|pem|key|p12|pfx|kdbx)(?![a-z])/i;
