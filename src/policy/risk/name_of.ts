import type { Node } from "acorn";

/** The name of an import or export, which may be a string. */
export function nameOf(node: Node): string {
  const { name, value } = node as Node & { name?: string; value?: unknown };
  return name ?? String(value);
}
