import type { Tool } from "../model/tool.ts";

/** Which tools of a server may be used: patterns of names, `*` for any run of characters. */
export interface ToolSelection {
  /** Default: all. */
  readonly allow?: readonly string[] | undefined;
  /** Wins over `allow`. */
  readonly deny?: readonly string[] | undefined;
}

/** Gives those of `tools` that the selection lets through. */
export function selectTools(tools: readonly Tool[], selection: ToolSelection): readonly Tool[] {
  const { allow = ["*"], deny = [] } = selection;
  return tools.filter(({ name }) =>
    allow.some((pattern) => matchesName(name, pattern)) &&
    !deny.some((pattern) => matchesName(name, pattern))
  );
}

/** Whether a name fits a pattern in which `*` stands for any run of characters. */
export function matchesName(name: string, pattern: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return name === pattern;
  const last = rest.pop() as string;
  if (name.length < first.length + last.length) return false;
  if (!name.startsWith(first) || !name.endsWith(last)) return false;
  // What lies between is found leftmost first, so that no pattern can make this slow.
  const middle = name.slice(first.length, name.length - last.length);
  let from = 0;
  for (const part of rest) {
    const at = middle.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return true;
}
