import type { NearestNames, ReadToolsResult, UnknownTool } from "./tool_finder_types.ts";
import { countModelTokens } from "../text/count_model_tokens.ts";
import { oneLine, presentTools, type PresentToolsOptions } from "./present_tools.ts";
import type { IndexedTool, ToolIndex } from "./tool_index.ts";

const DEFAULT_MAX_MODEL_TOKENS = 4_000;
const MAX_NAMES = 50;
const MAX_SHOWN_NAME = 80;
const MAX_SUGGESTIONS = 3;
/** Unknown names for which similar ones are looked up. */
const MAX_EXPLAINED = 5;
const NOTHING_NEAR: NearestNames = { servers: [], tools: [] };

/**
 * Reads several tools at once, by `server/tool` or by import path, within a budget: in the order
 * asked for, with less detail where the budget is short; the first few unknown names come back with
 * similar ones. Pauses regularly, so that other work is not held up.
 */
export function* readTools(
  index: ToolIndex,
  names: readonly string[],
  options: Partial<PresentToolsOptions> = {},
): Generator<void, ReadToolsResult> {
  const found = new Map<string, IndexedTool>();
  const unknown: UnknownTool[] = [];
  for (const name of [...new Set(names)].slice(0, MAX_NAMES)) {
    const tool = index.resolve(name);
    if (tool !== undefined) found.set(JSON.stringify([tool.server, tool.tool.name]), tool);
    else {
      const nearest = unknown.length < MAX_EXPLAINED
        ? index.nearest(name, MAX_SUGGESTIONS)
        : NOTHING_NEAR;
      unknown.push({ name, nearest });
    }
    yield;
  }
  const wanted = { detail: "full", maxModelTokens: DEFAULT_MAX_MODEL_TOKENS, ...options } as const;
  const notes = writeUnknown(unknown, wanted.maxModelTokens / 2);
  const reserved = notes === "" ? 0 : countModelTokens(notes) + 1;
  const page = yield* presentTools([...found.values()], {
    ...wanted,
    maxModelTokens: wanted.maxModelTokens - reserved,
  });
  const text = [page.text, notes].filter((part) => part !== "").join("\n");
  return { ...page, text, modelTokens: countModelTokens(text), unknown };
}

/** A line for each unknown name, as many as fit. */
function writeUnknown(unknown: readonly UnknownTool[], maxModelTokens: number): string {
  const lines = unknown.map(({ name, nearest }) => {
    const names = nearest.tools.map(({ server, tool }) => `${server}/${tool}`);
    const known = oneLine((names.length > 0 ? names : nearest.servers).join(", "));
    const shown = oneLine(name.slice(0, MAX_SHOWN_NAME));
    return `No tool "${shown}".${known === "" ? "" : ` Did you mean ${known}?`}`;
  });
  let left = maxModelTokens;
  const fitting = lines.findIndex((line) => (left -= countModelTokens(`${line}\n`, left)) < 0);
  return lines.slice(0, fitting < 0 ? undefined : fitting).join("\n");
}
