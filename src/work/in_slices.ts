import { AirlockError } from "../model/errors.ts";
import { hostTurns } from "./host_turns.ts";

/** How many items are done between two looks at the clock. */
const ITEMS_PER_LOOK = 8;

/**
 * Does something to each item, and lets others have their turn in between.
 *
 * @param deadline by the clock of `performance.now()`
 * @throws {AirlockError} TIMED_OUT after the deadline
 */
export async function inSlices<T>(
  items: readonly T[],
  act: (item: T, index: number) => void,
  principal = "",
  deadline = Infinity,
): Promise<void> {
  if (hostTurns.isSpent) await hostTurns.rest(principal);
  const slices = hostTurns.slices(principal);
  for (let index = 0; index < items.length; index++) {
    act(items[index]!, index);
    if (index % ITEMS_PER_LOOK > 0 || !slices.isDue) continue;
    await slices.rest();
    checkTime(deadline);
  }
  slices.end();
}

/**
 * Lets something that pauses now and then go on, and others have their turn in its pauses.
 *
 * @param deadline by the clock of `performance.now()`
 * @throws {AirlockError} TIMED_OUT after the deadline
 */
export async function withTurns<T>(
  pausing: Iterator<void, T>,
  principal = "",
  deadline = Infinity,
): Promise<T> {
  // Many that begin in one turn are as long as one that never pauses.
  if (hostTurns.isSpent) await hostTurns.rest(principal);
  const slices = hostTurns.slices(principal);
  for (;;) {
    const { done, value } = pausing.next();
    if (done) {
      slices.end();
      return value;
    }
    if (!slices.isDue) continue;
    await slices.rest();
    checkTime(deadline);
  }
}

function checkTime(deadline: number): void {
  if (performance.now() <= deadline) return;
  throw new AirlockError("TIMED_OUT", "Cannot go on: the time for it is over");
}
