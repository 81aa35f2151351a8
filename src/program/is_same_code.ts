import type { AnyNode } from "acorn";

/** Fields of nodes that say where they stand, or what stands around them. */
const IGNORED = new Set(["start", "end", "loc", "directive"]);

/**
 * Whether two lists of statements are the same code, wherever it stands and empty statements aside.
 *
 * @param replace What stands in the second for a node of the first
 */
export function isSameCode(
  one: readonly AnyNode[],
  other: readonly AnyNode[],
  replace: (node: AnyNode) => AnyNode,
): boolean {
  const found = tellNodes(other, (node) => node);
  for (const expected of tellNodes(one, replace)) {
    if (found.next().value !== expected) return false;
  }
  return found.next().done === true;
}

/** Tells code node by node: each one's kind and words, and how many parts it has. */
function* tellNodes(
  statements: readonly AnyNode[],
  replace: (node: AnyNode) => AnyNode,
): Generator<string, undefined> {
  const waiting = statements.filter(({ type }) => type !== "EmptyStatement").reverse();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const node = replace(next);
    const first = waiting.length;
    let words: string = node.type;
    for (const key in node) {
      if (!IGNORED.has(key)) words += tellField(key, node[key as keyof AnyNode], waiting);
    }
    for (let low = first, high = waiting.length - 1; low < high; low++, high--) {
      [waiting[low], waiting[high]] = [waiting[high]!, waiting[low]!];
    }
    yield words;
  }
}

function tellField(key: string, value: unknown, waiting: AnyNode[]): string {
  if (Array.isArray(value)) {
    let words = `|${key}[${value.length}]`;
    for (const item of value) {
      if (item === null) words += "-";
      else waiting.push(item);
    }
    return words;
  }
  if (typeof value !== "object" || value === null) return `|${key}=${String(value)}`;
  if ("type" in value) {
    waiting.push(value as AnyNode);
    return `|${key}{}`;
  }
  // Of a template's parts; of regular expressions the whole literal is a field of its own.
  return "raw" in value ? `|${key}=${String(value.raw)}` : "";
}
