/** A name of the same length as `name` that is not taken. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let at = 0, free = name;; at++) {
    if (!taken.has(free)) return free;
    const end = at.toString(36);
    free = name.slice(0, Math.max(1, name.length - end.length)) + end;
  }
}
