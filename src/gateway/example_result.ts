import type { RunResult } from "../model/run_result.ts";

/** A run as the API's document shows it. */
export const EXAMPLE_RESULT: RunResult = {
  runId: "run_5e0d1c9f2b7a4e6688f1",
  status: "completed",
  risk: { level: "low", score: 0, findings: [], estimatedWrites: 0 },
  value: { duplicates: 40 },
  logs: [{ level: "info", text: "40 of 10000 leads are duplicates", atMs: 61.4 }],
  calls: [
    {
      seq: 1,
      server: "crm",
      tool: "list_leads",
      outcome: "ok",
      ms: 18.2,
      argumentBytes: 15,
      resultBytes: 1_204_331,
    },
  ],
  effects: [],
  approvals: [],
  error: null,
  warnings: [],
  usage: {
    wallMs: 74.9,
    cpuMs: 81,
    peakMemoryBytes: 61_341_696,
    calls: 1,
    intermediateBytes: 1_204_346,
    modelTokens: 17,
    programModelTokens: 61,
    intermediateModelTokens: 421_870,
    savedModelTokens: 421_792,
    definitionModelTokens: 3_004,
  },
  files: [],
  suspicious: [],
  escapeAttempts: [],
};
