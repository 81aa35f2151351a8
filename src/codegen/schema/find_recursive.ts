/**
 * The nodes of a graph that are on a way round, or between two of them: what remains when those
 * without a way out, and those without a way in, are taken away again and again.
 */
export function findRecursive<Node>(edges: readonly (readonly [Node, Node])[]): Set<Node> {
  const ends = withoutDeadEnds(edges);
  const both = withoutDeadEnds(ends.map(([from, to]) => [to, from] as const));
  return new Set(both.flat());
}

/** The edges that lead on for ever. */
function withoutDeadEnds<Node>(
  edges: readonly (readonly [Node, Node])[],
): (readonly [Node, Node])[] {
  const sources = new Map<Node, Node[]>();
  const waysOut = new Map<Node, number>();
  for (const [from, to] of edges) {
    waysOut.set(from, (waysOut.get(from) ?? 0) + 1);
    if (!waysOut.has(to)) waysOut.set(to, 0);
    const list = sources.get(to);
    if (list) list.push(from);
    else sources.set(to, [from]);
  }
  const dead = [...waysOut].filter(([, count]) => count === 0).map(([node]) => node);
  for (let node = dead.pop(); node !== undefined; node = dead.pop()) {
    for (const source of sources.get(node) ?? []) {
      const left = waysOut.get(source)! - 1;
      waysOut.set(source, left);
      if (left === 0) dead.push(source);
    }
  }
  return edges.filter(([, to]) => waysOut.get(to) !== 0);
}
