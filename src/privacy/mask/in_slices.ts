/** How long the event loop is held at a stretch. */
const SLICE_MS = 8;
/** How many items are done between two looks at the clock. */
const ITEMS_PER_LOOK = 64;

/** Does something to each item, and lets others have their turn in between. */
export async function inSlices<T>(
  items: readonly T[],
  act: (item: T, index: number) => void,
): Promise<void> {
  let sliceEnd = performance.now() + SLICE_MS;
  for (let index = 0; index < items.length; index++) {
    act(items[index]!, index);
    if (index % ITEMS_PER_LOOK !== 0 || performance.now() < sliceEnd) continue;
    await new Promise((resolve) => setTimeout(resolve, 0));
    sliceEnd = performance.now() + SLICE_MS;
  }
}

/** Lets something that pauses now and then go on, and others have their turn in its pauses. */
export async function withTurns(pausing: Iterable<void>): Promise<void> {
  let sliceEnd = performance.now() + SLICE_MS;
  for (const _ of pausing) {
    if (performance.now() < sliceEnd) continue;
    await new Promise((resolve) => setTimeout(resolve, 0));
    sliceEnd = performance.now() + SLICE_MS;
  }
}
