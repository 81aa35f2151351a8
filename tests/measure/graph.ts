/** Which file imports which, relative to `src`. */
export type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** The top folder of a file; a file outside all folders is its own. */
export function folderOf(file: string): string {
  return file.split("/")[0]!;
}

/** The imports between top folders, each pair once: from, to, and one import that makes it. */
export function arrowsOf(graph: Graph): Map<string, ReadonlySet<string>> {
  const arrows = new Map<string, Set<string>>();
  for (const [from, targets] of graph) {
    const own = folderOf(from);
    const others = [...targets].map(folderOf).filter((folder) => folder !== own);
    arrows.set(own, (arrows.get(own) ?? new Set()).union(new Set(others)));
  }
  return arrows;
}

/** The groups of nodes that reach one another (Tarjan), without those of one node. */
export function circlesOf(graph: Graph): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];
  const visit = (node: string) => {
    index.set(node, index.size);
    low.set(node, index.get(node)!);
    stack.push(node);
    for (const target of graph.get(node) ?? []) {
      if (!index.has(target)) {
        visit(target);
        low.set(node, Math.min(low.get(node)!, low.get(target)!));
      } else if (stack.includes(target)) {
        low.set(node, Math.min(low.get(node)!, index.get(target)!));
      }
    }
    if (low.get(node) !== index.get(node)) return;
    const group = stack.splice(stack.indexOf(node));
    if (group.length > 1) circles.push(group.sort());
  };
  for (const node of graph.keys()) if (!index.has(node)) visit(node);
  return circles;
}

/** How many other files each file needs, directly or not. */
export function dependencyCounts(graph: Graph): Map<string, number> {
  return new Map([...graph.keys()].map((file) => {
    const seen = new Set<string>();
    const waiting = [file];
    for (let next; (next = waiting.pop()) !== undefined;) {
      for (const target of graph.get(next) ?? []) {
        if (seen.has(target) || target === file) continue;
        seen.add(target);
        waiting.push(target);
      }
    }
    return [file, seen.size];
  }));
}
