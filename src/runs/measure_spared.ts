import type { BegunRun } from "./begin_run.ts";
import { estimateModelTokens } from "../text/count_model_tokens.ts";
import { type ShapeResultOptions, sumBytes } from "../result/shape_result.ts";
import type { ToolCatalogue } from "./tool_catalogue.ts";

/**
 * Measures what a model is spared by a run. Begun while the run's worker works, so that nobody waits
 * for it; the function that it gives is asked when the run has ended.
 */
export function measureSpared(
  { code, traffic, journal }: BegunRun,
  catalogue: ToolCatalogue,
): () => Promise<ShapeResultOptions["spared"]> {
  const counts = Promise.all([estimateModelTokens(code), catalogue.definitionModelTokens()]);
  return async () => {
    const [programModelTokens, definitionModelTokens] = await counts;
    const intermediateModelTokens = traffic.of(sumBytes(journal.calls()));
    return { programModelTokens, intermediateModelTokens, definitionModelTokens };
  };
}
