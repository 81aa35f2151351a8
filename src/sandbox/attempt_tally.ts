import type { EscapeAttempt } from "../model/run_result.ts";
import { AttemptPlaces, inTurn } from "./attempt_places.ts";
import { namesSecret } from "./names_secret.ts";

/** Listed at the most, over all permissions. */
const MOST_LISTED = 32;

/** What one permission was tried for: what names a secret has room of its own. */
interface Kind {
  readonly secrets: AttemptPlaces;
  readonly others: AttemptPlaces;
  count: number;
}

/**
 * Keeps what a program tried beyond its rights so that no number of attempts hides another: each
 * permission has its own room, in it what names a secret, and in that each place that is named.
 */
export class AttemptTally {
  readonly #kinds = new Map<string, Kind>();
  #order = 0;

  /** Adds one; true where it is a new one and among the first of its place. */
  add({ permission, value }: EscapeAttempt): boolean {
    const kind = this.#kindOf(permission);
    const added = (namesSecret(value) ? kind.secrets : kind.others).add(value, this.#order++);
    if (added !== "known") kind.count++;
    return added === "first";
  }

  /** What is listed of them, in their order; the last of a permission says how many more came. */
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
    const places = () => new AttemptPlaces(permission);
    const kind = { secrets: places(), others: places(), count: 0 };
    this.#kinds.set(permission, kind);
    return kind;
  }
}
