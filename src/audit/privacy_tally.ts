import type { PrivacyEvent } from "../privacy/privacy_event.ts";

/** How often something was done to values, by `KIND action`. */
export type PrivacyCounts = Readonly<Record<string, number>>;

/** Sessions that nobody asks for any more are forgotten beyond so many. */
const MAX_SESSIONS = 10_000;

/**
 * Counts what the door does until it is written down. Runs of one session share a door: each count
 * is given out once, to whichever of them writes next.
 */
export class PrivacyTally {
  readonly #sessions = new Map<string, Map<string, number>>();

  /** Adds events. */
  add(events: readonly PrivacyEvent[]): void {
    for (const { session, kind, action } of events) {
      const counts = this.#of(session);
      const name = `${kind} ${action}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }

  /** Gives what was counted of a session since the last time; undefined for nothing. */
  take(session: string): PrivacyCounts | undefined {
    const counts = this.#sessions.get(session);
    if (counts === undefined) return undefined;
    this.#sessions.delete(session);
    return Object.fromEntries(counts);
  }

  #of(session: string): Map<string, number> {
    const known = this.#sessions.get(session);
    if (known !== undefined) return known;
    const counts = new Map<string, number>();
    this.#sessions.set(session, counts);
    const [eldest] = this.#sessions.keys();
    if (this.#sessions.size > MAX_SESSIONS) this.#sessions.delete(eldest!);
    return counts;
  }
}
