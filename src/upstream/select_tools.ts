import type { Tool } from "../model/tool.ts";

/** Returns the tools whose names match a pattern of `allow` (default: all) and none of `deny`. */
export function selectTools(
  tools: readonly Tool[],
  { allow = ["*"], deny = [] }: {
    readonly allow?: readonly string[] | undefined;
    readonly deny?: readonly string[] | undefined;
  },
): readonly Tool[] {
  return tools.filter(({ name }) =>
    allow.some((pattern) => matchesName(name, pattern)) &&
    !deny.some((pattern) => matchesName(name, pattern))
  );
}

/** Whether a name matches a pattern in which `*` stands for any run of characters. */
export function matchesName(name: string, pattern: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return name === pattern;
  const last = rest.pop() as string;
  if (name.length < first.length + last.length) return false;
  if (!name.startsWith(first) || !name.endsWith(last)) return false;
  // The parts between are found leftmost first, so that no pattern can make this slow.
  const middle = name.slice(first.length, name.length - last.length);
  let from = 0;
  for (const part of rest) {
    const at = middle.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return true;
}
