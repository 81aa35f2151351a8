/**
 * The nodes of a graph that are in a cycle, or on a path between two: those that remain when nodes
 * without an outgoing edge, and those without an incoming one, are taken away again and again.
 */
export function findRecursive<Node>(edges: readonly (readonly [Node, Node])[]): Set<Node> {
  const ends = withoutDeadEnds(edges);
  const both = withoutDeadEnds(ends.map(([from, to]) => [to, from] as const));
  return new Set(both.flat());
}

/** The edges that lead into a cycle or are part of one. */
function withoutDeadEnds<Node>(
  edges: readonly (readonly [Node, Node])[],
): (readonly [Node, Node])[] {
  const sources = Map.groupBy(edges, ([, to]) => to);
  const waysOut = new Map(edges.map(([, to]) => [to, 0]));
  for (const [from] of edges) waysOut.set(from, (waysOut.get(from) ?? 0) + 1);
  const dead = [...waysOut].filter(([, count]) => count === 0).map(([node]) => node);
  for (let node = dead.pop(); node !== undefined; node = dead.pop()) {
    for (const [source] of sources.get(node) ?? []) {
      const left = waysOut.get(source)! - 1;
      waysOut.set(source, left);
      if (left === 0) dead.push(source);
    }
  }
  return edges.filter(([, to]) => waysOut.get(to) !== 0);
}
