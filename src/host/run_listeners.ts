import type { ToolFinder } from "../discovery/tool_finder.ts";
import type { RunListener } from "../runs/recorder.ts";
import type { HostMetrics } from "../telemetry/host_metrics.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { RunMetrics } from "../telemetry/run_metrics.ts";

/** The listeners of a runtime's runs: metrics, log and search. */
export function runListeners(
  { metrics, hostMetrics, logger, finder }: {
    readonly metrics: RunMetrics;
    readonly hostMetrics: HostMetrics;
    readonly logger: Logger;
    readonly finder: Pick<ToolFinder, "called" | "forget">;
  },
): readonly RunListener[] {
  return [
    { ended: (run, result) => metrics.add(result, run.session) },
    {
      ended(run, result, mode) {
        const risk = run.record().risk?.level ?? "unknown";
        hostMetrics.addRun(result, { trace: run.trace, mode, risk });
      },
    },
    {
      ended(_run, { runId, status, error, usage: { wallMs, calls } }) {
        logger.log("info", "run.ended", { runId, status, code: error?.code, wallMs, calls });
      },
      answered({ runId, fallback }) {
        const rate = hostMetrics.addProgram(fallback?.code);
        if (rate !== undefined) logger.log("warn", "fallback.rate", { runId, rate });
      },
    },
    {
      // The calls of a program tell which of the tools that a search found were wanted.
      ended({ runId, session, code }, { calls }) {
        if (code === "") return;
        finder.called(session ?? runId, calls.filter(({ outcome }) => outcome === "ok"));
        if (session === undefined) finder.forget(runId);
      },
    },
  ];
}
