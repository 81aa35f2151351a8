import type { SearchPage } from "./tool_finder_types.ts";
import { countModelTokens } from "../text/count_model_tokens.ts";
import { presentTools, type PresentToolsOptions } from "./present_tools.ts";
import type { SearchResult } from "./tool_index.ts";

const DEFAULT_MAX_MODEL_TOKENS = 800;
const MAX_POOR_HITS = 3;

/**
 * Shows the result of a search that began at `offset`: hits grouped by server within a budget of
 * model tokens, the number of further ones, and a note where no tool matches well. Pauses regularly.
 *
 * @example
 * ```ts
 * import { createToolIndex } from "./tool_index.ts";
 * import { withTurns } from "../work/host_turns.ts";
 * import { presentSearch } from "./present_search.ts";
 *
 * const index = createToolIndex();
 * index.setServer("crm", [{
 *   tool: { name: "list_leads", inputSchema: { type: "object" } },
 *   import: "./servers/crm/list_leads.ts",
 * }]);
 * const { text } = await withTurns(presentSearch(index.search("leads"), { detail: "name" }));
 * console.assert(text === "# crm ./servers/crm/\nlist_leads.ts");
 * ```
 */
export function* presentSearch(
  result: SearchResult,
  { offset = 0, ...wanted }: Partial<PresentToolsOptions> & { readonly offset?: number } = {},
): Generator<void, SearchPage> {
  const options: PresentToolsOptions = {
    detail: "description",
    maxModelTokens: DEFAULT_MAX_MODEL_TOKENS,
    ...wanted,
  };
  const most = result.further + result.hits.length;
  const reserved = countModelTokens(note(result, most, offset + most)) + 2;
  const maxModelTokens = Math.max(0, options.maxModelTokens - reserved);
  const hits = result.noGoodMatch ? result.hits.slice(0, MAX_POOR_HITS) : result.hits;
  const page = yield* presentTools(hits, { ...options, maxModelTokens });
  const shown = hits.length - page.omitted;
  const further = most - shown;
  const nextOffset = offset + shown;
  const last = note(result, further, nextOffset);
  const text = [page.text, last].filter((part) => part !== "").join("\n");
  return {
    ...page,
    text,
    modelTokens: countModelTokens(text),
    further,
    omitted: result.hits.length - shown,
    ...(further > 0 && shown > 0 ? { nextOffset } : {}),
    noGoodMatch: result.noGoodMatch,
  };
}

function note({ hits, noGoodMatch }: SearchResult, further: number, nextOffset: number): string {
  const more = further > 0 ? `${further} more (offset ${nextOffset}).` : "";
  if (!noGoodMatch) return more;
  if (hits.length === 0) return "No match: no connected tool has to do with this.";
  return `No good match: these are only the nearest. ${more}`.trimEnd();
}
