import { matchesName } from "./matches_name.ts";
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
