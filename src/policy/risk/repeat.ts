/** How often something happens, at most. */
export interface Repeat {
  /** Null where it cannot be told. */
  readonly times: number | null;
  /** The text of what is gone through, where there is a loop. */
  readonly over?: string | undefined;
}

/** Once, and in no loop. */
export const ONCE: Repeat = { times: 1 };

/** Something that happens so often each time that something else does. */
export function multiply(outer: Repeat, inner: Repeat): Repeat {
  return { times: times(outer.times, inner.times), over: outer.over ?? inner.over };
}

/** Two things of which each happens. */
export function add(one: Repeat, other: Repeat): Repeat {
  const sum = one.times === null || other.times === null ? null : one.times + other.times;
  return { times: sum, over: one.over ?? other.over };
}

function times(outer: number | null, inner: number | null): number | null {
  if (outer === 0 || inner === 0) return 0;
  return outer === null || inner === null ? null : outer * inner;
}
